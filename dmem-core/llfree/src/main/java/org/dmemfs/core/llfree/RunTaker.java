package org.dmemfs.core.llfree;

import org.dmemfs.core.RegionAllocator;

/** Finds neighbouring clear bits within a child and sets them, as many as were claimed at most. */
final class RunTaker {
    private final AtomicWords words;

    RunTaker(AtomicWords words) {
        this.words = words;
    }

    /** Claims are held for so many; returns a packed run of at least one. */
    long take(long firstDpage, int claimed) {
        while (true) {
            long run = search(firstDpage, claimed);
            if (run != 0) {
                int set = set(RegionAllocator.firstOf(run), RegionAllocator.dpagesOf(run));
                if (set > 0) {
                    return RegionAllocator.run(RegionAllocator.firstOf(run), set);
                }
            }
            Thread.onSpinWait();
        }
    }

    /** The first run that is long enough, else the longest; 0 where no bit is clear. */
    private long search(long firstDpage, int wanted) {
        long best = 0;
        int run = 0;
        for (int place = 0; place < ChildCounter.DPAGES; place++) {
            long dpage = firstDpage + place;
            boolean clear = (words.bits(dpage >> 6) & 1L << dpage) == 0;
            run = clear ? run + 1 : 0;
            if (run > RegionAllocator.dpagesOf(best)) {
                best = RegionAllocator.run(dpage - run + 1, run);
            }
            if (run == wanted) {
                return best;
            }
        }
        return best;
    }

    /** Sets clear bits from a place on, up to the first that is set; returns how many. */
    private int set(long first, int dpages) {
        long at = first;
        long end = first + dpages;
        while (at < end) {
            int wanted = (int) Math.min(Long.SIZE - (at & 63), end - at);
            int set = setInWord(at, wanted);
            at += set;
            if (set < wanted) {
                break;
            }
        }
        return (int) (at - first);
    }

    private int setInWord(long at, int wanted) {
        while (true) {
            long bits = words.bits(at >> 6);
            int clear = Math.min(wanted, Long.numberOfTrailingZeros(bits >>> at));
            long mask = (clear == Long.SIZE ? -1L : (1L << clear) - 1) << at;
            if (clear == 0 || words.compareAndSetBits(at >> 6, bits, bits | mask)) {
                return clear;
            }
        }
    }
}
