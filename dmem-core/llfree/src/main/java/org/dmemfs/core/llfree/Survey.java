package org.dmemfs.core.llfree;

/** What is counted over a whole region, child by child; a child that was never touched costs nothing. */
record Survey(Children children) {
    private static final int WORDS = ChildCounter.DPAGES / Long.SIZE;

    static Survey of(Children children) {
        return new Survey(children);
    }

    /** By the counters. */
    long free() {
        long claimed = 0;
        for (long child = children.nextWritten(0); child < children.count(); child = children.nextWritten(child + 1)) {
            claimed += ChildCounter.claimed(children.counter(child));
        }
        return children.count() * ChildCounter.DPAGES - claimed;
    }

    /** By the bits. */
    long recountFree() {
        long set = 0;
        for (long child = children.nextWritten(0); child < children.count(); child = children.nextWritten(child + 1)) {
            for (long index = child * WORDS; index < (child + 1) * WORDS; index++) {
                set += Long.bitCount(children.bits(index));
            }
        }
        return children.count() * ChildCounter.DPAGES - set;
    }

    long nextTaken(long from) {
        for (long child = children.nextWritten(from / ChildCounter.DPAGES); child < children.count(); child = children
                .nextWritten(child + 1)) {
            long dpage = nextTakenIn(child, from);
            if (dpage >= 0) {
                return dpage < children.dpages() ? dpage : Children.NONE;
            }
        }
        return Children.NONE;
    }

    private long nextTakenIn(long child, long from) {
        for (long index = Math.max(child * WORDS, from >> 6); index < (child + 1) * WORDS; index++) {
            long bits = children.bits(index) & (index == from >> 6 ? -1L << from : -1L);
            if (bits != 0) {
                return (index << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return Children.NONE;
    }

    long longestFreeRun() {
        long longest = 0;
        long begin = 0;
        while (begin < children.dpages()) {
            long end = nextTaken(begin);
            end = end < 0 ? children.dpages() : end;
            longest = Math.max(longest, end - begin);
            begin = nextClear(end);
        }
        return longest;
    }

    private long nextClear(long from) {
        long mask = -1L << from;
        for (long index = from >> 6; index << 6 < children.dpages(); index++) {
            long clear = ~children.bits(index) & mask;
            if (clear != 0) {
                return (index << 6) + Long.numberOfTrailingZeros(clear);
            }
            mask = -1L;
        }
        return children.dpages();
    }
}
