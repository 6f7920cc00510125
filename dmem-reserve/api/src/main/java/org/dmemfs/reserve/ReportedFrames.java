package org.dmemfs.reserve;

import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The frames of a machine that were reported as bad, whether or not the hardware can still read them. It belongs to the
 * memory and not to who hands it out, so that no restart of a pool hands out what went bad before. Safe for any thread.
 */
public final class ReportedFrames {
    private final NavigableSet<Long> frames = new ConcurrentSkipListSet<>();

    /** Memory of which nothing bad is known. */
    public ReportedFrames() {
    }

    /**
     * A frame is reported, for good.
     *
     * @param pfn its page frame number
     * @return false where it was reported before
     */
    public boolean add(long pfn) {
        return frames.add(pfn);
    }

    /**
     * Whether a frame was reported.
     *
     * @param pfn a page frame number
     * @return true where it was
     */
    public boolean contains(long pfn) {
        return frames.contains(pfn);
    }

    /**
     * All of them.
     *
     * @return page frame numbers, ascending
     */
    public List<Long> all() {
        return List.copyOf(frames);
    }
}
