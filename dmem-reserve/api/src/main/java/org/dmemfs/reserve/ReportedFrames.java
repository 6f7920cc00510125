package org.dmemfs.reserve;

import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The frames of a machine that were reported as bad, whether or not the hardware can still read them. It belongs to the
 * memory and not to who hands it out, so that no restart of a pool hands out what went bad before. Until the
 * first is reported, asking is one field read. Safe for any thread.
 */
public final class ReportedFrames {
    private final NavigableSet<Long> frames = new ConcurrentSkipListSet<>();
    private volatile boolean any;

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
        boolean added = frames.add(pfn);
        any = true;
        return added;
    }

    /**
     * Whether a frame was reported.
     *
     * @param pfn a page frame number
     * @return true where it was
     */
    public boolean contains(long pfn) {
        return any && frames.contains(pfn);
    }

    /**
     * Whether one of several frames was reported.
     *
     * @param firstPfn the first of them
     * @param frameCount how many, at least 1
     * @return true where one was
     */
    public boolean anyIn(long firstPfn, long frameCount) {
        if (!any) {
            return false;
        }
        Long reported = frames.ceiling(firstPfn);
        return reported != null && reported < firstPfn + frameCount;
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
