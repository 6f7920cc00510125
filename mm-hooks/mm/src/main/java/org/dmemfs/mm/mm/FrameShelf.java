package org.dmemfs.mm.mm;

/**
 * Free frames that a few threads keep to themselves ({@code struct per_cpu_pages}), the last given back first: the bytes of
 * a frame that was just cleared are in the caches of the processor that cleared it, and another would wait for each line.
 */
final class FrameShelf {
    private static final int MOST = 32;
    private static final int SHELVES = 32;

    private final long[] frames = new long[MOST];
    private int count;
    /** Two cache lines, so that neighbours do not share one. */
    @SuppressWarnings({"unused", "UnusedVariable"})
    private long behind0, behind1, behind2, behind3, behind4, behind5, behind6, behind7, behind8, behind9, behind10,
            behind11, behind12, behind13, behind14, behind15;

    /** So many that two threads hardly ever meet at one. */
    static FrameShelf[] all() {
        FrameShelf[] shelves = new FrameShelf[SHELVES];
        for (int place = 0; place < SHELVES; place++) {
            shelves[place] = new FrameShelf();
        }
        return shelves;
    }

    /** This thread's. */
    static FrameShelf mine(FrameShelf[] shelves) {
        return shelves[(int) Thread.currentThread().threadId() & SHELVES - 1];
    }

    /** A frame, or 0 where there is none. */
    synchronized long take() {
        return count == 0 ? 0 : frames[--count];
    }

    /** Says whether there was room. */
    synchronized boolean put(long pfn) {
        if (count == MOST) {
            return false;
        }
        frames[count++] = pfn;
        return true;
    }

    synchronized int count() {
        return count;
    }
}
