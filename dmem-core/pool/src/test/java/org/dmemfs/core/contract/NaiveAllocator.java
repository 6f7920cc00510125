package org.dmemfs.core.contract;

import java.util.BitSet;

/** What an allocator is, said as plainly as it can be: a set of taken dpages. */
final class NaiveAllocator {
    private final BitSet taken = new BitSet();
    private final int dpages;

    NaiveAllocator(int dpages) {
        this.dpages = dpages;
    }

    void take(long dpage) {
        taken.set((int) dpage);
    }

    void give(long dpage) {
        taken.clear((int) dpage);
    }

    boolean isTaken(long dpage) {
        return taken.get((int) dpage);
    }

    int free() {
        return dpages - taken.cardinality();
    }

    int nextTaken(int from) {
        return taken.nextSetBit(from);
    }

    int longestFreeRun() {
        int longest = 0;
        int run = 0;
        for (int dpage = 0; dpage < dpages; dpage++) {
            run = taken.get(dpage) ? 0 : run + 1;
            longest = Math.max(longest, run);
        }
        return longest;
    }
}
