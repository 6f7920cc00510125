package org.dmemfs.reserve;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The frames of a machine that the hardware can no longer read. Until the first goes bad, asking is one field read.
 * Safe for any thread.
 */
public final class PoisonedFrames {
    private final ConcurrentMap<Long, Boolean> frames = new ConcurrentHashMap<>();
    private volatile boolean any;

    /** A machine in good health. */
    public PoisonedFrames() {
    }

    /**
     * A frame has gone bad, for good.
     *
     * @param pfn its page frame number
     * @return false where it was bad already
     */
    public boolean add(long pfn) {
        boolean added = frames.putIfAbsent(pfn, Boolean.TRUE) == null;
        any = true;
        return added;
    }

    /**
     * Whether a frame is bad.
     *
     * @param pfn a page frame number
     * @return true where it is
     */
    public boolean contains(long pfn) {
        return any && frames.containsKey(pfn);
    }

    /**
     * The first bad frame of a range.
     *
     * @param physicalAddress first byte of the range
     * @param bytes its length
     * @return a page frame number, or -1 where the whole range is good
     */
    public long firstIn(long physicalAddress, long bytes) {
        if (!any || bytes <= 0) {
            return -1;
        }
        long first = physicalAddress >> 12;
        long last = (physicalAddress + bytes - 1) >> 12;
        if (last - first < frames.size()) {
            for (long pfn = first; pfn <= last; pfn++) {
                if (frames.containsKey(pfn)) {
                    return pfn;
                }
            }
            return -1;
        }
        return frames.keySet().stream().mapToLong(Long::longValue).filter(pfn -> pfn >= first && pfn <= last).min()
                .orElse(-1);
    }

    /**
     * All bad frames.
     *
     * @return page frame numbers, ascending
     */
    public List<Long> all() {
        return frames.keySet().stream().sorted().toList();
    }
}
