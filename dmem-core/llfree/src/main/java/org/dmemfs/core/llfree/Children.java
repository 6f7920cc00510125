package org.dmemfs.core.llfree;

import org.dmemfs.core.RegionAllocator;

/** The children of a region: their counters and their bits. Safe for any thread, without a lock. */
final class Children {
    /** A child that has nothing. */
    static final long NONE = -1;

    private static final int WORDS = ChildCounter.DPAGES / Long.SIZE;

    private final AtomicWords words;
    private final long dpages;
    private final long count;
    private final RunTaker runs;

    Children(AtomicWords words, long dpages) {
        this.words = words;
        this.dpages = dpages;
        this.count = countFor(dpages);
        this.runs = new RunTaker(words);
        beginWithout((int) (count * ChildCounter.DPAGES - dpages));
    }

    /** The last child may have fewer dpages than others: those that are missing begin taken. */
    private void beginWithout(int missing) {
        if (missing == 0) {
            return;
        }
        for (long index = dpages >> 6; index < count * WORDS; index++) {
            words.compareAndSetBits(index, 0, index == dpages >> 6 ? -1L << dpages : -1L);
        }
        words.compareAndSetCounter(count - 1, 0, ChildCounter.withClaimed(0, missing));
    }

    static long countFor(long dpages) {
        return (dpages + ChildCounter.DPAGES - 1) / ChildCounter.DPAGES;
    }

    static long bitWordsFor(long dpages) {
        return countFor(dpages) * WORDS;
    }

    long count() {
        return count;
    }

    long dpages() {
        return dpages;
    }

    int counter(long child) {
        return words.counter(child);
    }

    long nextWritten(long child) {
        return words.nextWrittenCounter(child);
    }

    /** Takes a dpage of the child, or returns -1 where all are claimed. */
    long take(long child) {
        int counter = words.counter(child);
        while (ChildCounter.free(counter) > 0) {
            if (words.compareAndSetCounter(child, counter, ChildCounter.withClaimed(counter, 1))) {
                return setSomeBit(child);
            }
            counter = words.counter(child);
        }
        return NONE;
    }

    /** A claim is held, so there is a clear bit for it: another thread may take it first, but then leaves another. */
    private long setSomeBit(long child) {
        long first = child * WORDS;
        while (true) {
            for (long index = first; index < first + WORDS; index++) {
                long bits = words.bits(index);
                while (bits != -1L) {
                    long bit = Long.lowestOneBit(~bits);
                    if (words.compareAndSetBits(index, bits, bits | bit)) {
                        return (index << 6) + Long.numberOfTrailingZeros(bit);
                    }
                    bits = words.bits(index);
                }
            }
            Thread.onSpinWait();
        }
    }

    /** Takes neighbours within the child, up to so many; -1 where all are claimed. */
    long takeRun(long child, int tryMax) {
        int counter = words.counter(child);
        while (ChildCounter.free(counter) > 0) {
            int pending = Math.min(ChildCounter.free(counter), tryMax);
            if (words.compareAndSetCounter(child, counter, ChildCounter.withPending(counter, pending))) {
                long run = runs.take(child * ChildCounter.DPAGES, pending);
                settle(child, pending, RegionAllocator.dpagesOf(run));
                return run;
            }
            counter = words.counter(child);
        }
        return NONE;
    }

    private void settle(long child, int pending, int used) {
        int counter = words.counter(child);
        while (!words.compareAndSetCounter(child, counter, ChildCounter.withSettled(counter, pending, used))) {
            counter = words.counter(child);
        }
    }

    /** Clears the bit of a dpage and then counts it; returns false where it was clear. */
    boolean give(long dpage) {
        if (!clearBit(dpage)) {
            return false;
        }
        words.addToCounter(dpage / ChildCounter.DPAGES, ChildCounter.returnedOne());
        return true;
    }

    /** Takes one given dpage; returns false where it is taken. */
    boolean disable(long dpage) {
        long child = dpage / ChildCounter.DPAGES;
        while (!isTaken(dpage)) {
            int counter = words.counter(child);
            if (ChildCounter.free(counter) > 0
                    && words.compareAndSetCounter(child, counter, ChildCounter.withPending(counter, 1))) {
                boolean taken = setBit(dpage);
                settle(child, 1, taken ? 1 : 0);
                return taken;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** While nobody else knows the region: a dpage begins taken. */
    void begin(long dpage) {
        setBit(dpage);
        long child = dpage / ChildCounter.DPAGES;
        int counter = words.counter(child);
        words.compareAndSetCounter(child, counter, ChildCounter.withClaimed(counter, 1));
    }

    /** The same for the dpages of a word, none of which is taken yet. */
    void begin(long index, long taken) {
        words.compareAndSetBits(index, words.bits(index), words.bits(index) | taken);
        words.addToCounter(index / WORDS, Long.bitCount(taken));
    }

    /** The bits of a word, but for those behind the last dpage. */
    long takenBits(long index) {
        long left = dpages - (index << 6);
        return words.bits(index) & (left < Long.SIZE ? (1L << left) - 1 : -1L);
    }

    boolean isTaken(long dpage) {
        return (words.bits(dpage >> 6) & 1L << dpage) != 0;
    }

    long bits(long index) {
        return words.bits(index);
    }

    private boolean setBit(long dpage) {
        long bits = words.bits(dpage >> 6);
        while ((bits & 1L << dpage) == 0) {
            if (words.compareAndSetBits(dpage >> 6, bits, bits | 1L << dpage)) {
                return true;
            }
            bits = words.bits(dpage >> 6);
        }
        return false;
    }

    private boolean clearBit(long dpage) {
        long bits = words.bits(dpage >> 6);
        while ((bits & 1L << dpage) != 0) {
            if (words.compareAndSetBits(dpage >> 6, bits, bits & ~(1L << dpage))) {
                return true;
            }
            bits = words.bits(dpage >> 6);
        }
        return false;
    }
}
