package org.dmemfs.core.pool;

import org.dmemfs.core.SparseWords;
import org.dmemfs.core.TakenDpages;
import org.dmemfs.kernel.Patch;

/**
 * What is true of each dpage of a region, in 4 bytes each ({@code dmempage}): how many references it has, whether its
 * holder's is among them, whether a frame of it is bad, and whether its bytes may be other than zero. The allocator's
 * bits follow from these.
 */
@Patch(v2 = 35)
final class DpageStates implements TakenDpages, AutoCloseable {
    /** A state that cannot be: what was asked for is not allowed. */
    static final int REFUSED = -1;
    /** A state that cannot be: no more references can be counted. */
    static final int FULL = -2;

    private static final int DIRTY = 1 << 30;
    private static final int BAD = 1 << 29;
    private static final int HELD = 1 << 28;
    private static final int COUNT = HELD - 1;

    private final SparseWords words;
    private final long dpages;

    DpageStates(long dpages) {
        this.dpages = dpages;
        this.words = new SparseWords((dpages + 1) / 2 * Long.BYTES);
    }

    static int references(int state) {
        return state & COUNT;
    }

    static boolean isDirty(int state) {
        return (state & DIRTY) != 0;
    }

    static boolean isBad(int state) {
        return (state & BAD) != 0;
    }

    static boolean isHeld(int state) {
        return (state & HELD) != 0;
    }

    /** References that are not the holder's. */
    static int others(int state) {
        return references(state) - (isHeld(state) ? 1 : 0);
    }

    int of(long dpage) {
        return words.getIntVolatile(dpage);
    }

    /**
     * The first reference, its holder's. Returns the state before: its dirtiness stays until it was cleaned. Whoever the
     * allocator gave the dpage to is the only one that may write its state: without a reference there is no other.
     */
    int hold(long dpage) {
        int before = of(dpage);
        words.setIntRelease(dpage, before | HELD | 1);
        return before;
    }

    /** As {@link #hold}, and ends its dirtiness: the caller cleans it before anybody sees it. */
    int holdToClean(long dpage) {
        int before = of(dpage);
        words.setIntRelease(dpage, (before & ~DIRTY) | HELD | 1);
        return before;
    }

    /** The holder's reference goes. Returns the state since, or REFUSED where it has none. */
    int give(long dpage, boolean written) {
        while (true) {
            int before = of(dpage);
            if (!isHeld(before)) {
                return REFUSED;
            }
            int after = ((before & ~HELD) - 1) | (written ? DIRTY : 0);
            if (words.compareAndSetInt(dpage, before, after)) {
                return after;
            }
        }
    }

    /** One more reference. Returns the state before, REFUSED where it has none, FULL where it has all it can. */
    int get(long dpage) {
        while (true) {
            int before = of(dpage);
            if (references(before) == 0) {
                return REFUSED;
            }
            if (references(before) == COUNT) {
                return FULL;
            }
            if (words.compareAndSetInt(dpage, before, before + 1)) {
                return before;
            }
        }
    }

    /** One reference that is not the holder's goes. Returns the state since, or REFUSED where there is none. */
    int put(long dpage) {
        while (true) {
            int before = of(dpage);
            if (others(before) == 0) {
                return REFUSED;
            }
            // Whoever had the reference, a device, may have written after the holder gave its own back.
            int after = (before - 1) | DIRTY;
            if (words.compareAndSetInt(dpage, before, after)) {
                return after;
            }
        }
    }

    void markBad(long dpage) {
        mark(dpage, BAD);
    }

    void markDirty(long dpage) {
        mark(dpage, DIRTY);
    }

    private void mark(long dpage, int flag) {
        int before = of(dpage);
        while (!words.compareAndSetInt(dpage, before, before | flag)) {
            before = of(dpage);
        }
    }

    /** Ends its dirtiness; returns whether it was dirty. */
    boolean clearDirty(long dpage) {
        while (true) {
            int before = of(dpage);
            if (!isDirty(before)) {
                return false;
            }
            if (words.compareAndSetInt(dpage, before, before & ~DIRTY)) {
                return true;
            }
        }
    }

    /** The first dpage at or after a place that is used or retired, or -1. */
    @Override
    public long next(long from) {
        return next(from, COUNT | BAD);
    }

    /** Those of 64 that are used or retired. While no operation is under way. */
    @Override
    public long word(long index) {
        return words.intsWith(index, COUNT | BAD);
    }

    /** The first dpage at or after a place whose bytes may be other than zero, or -1. */
    long nextWritten(long from) {
        return next(from, DIRTY | COUNT);
    }

    private long next(long from, int flags) {
        for (long dpage = from; dpage < dpages; dpage = words.nextWritten((dpage + 1) << 2) >> 2) {
            if ((of(dpage) & flags) != 0) {
                return dpage;
            }
        }
        return -1;
    }

    /** Free dpages by references and bad frames alone. */
    long recountFree() {
        long[] free = {dpages};
        each(dpages, (index, bits) -> free[0] -= Long.bitCount(bits));
        return free[0];
    }

    long bytes() {
        return words.bytes();
    }

    @Override
    public void close() {
        words.close();
    }
}
