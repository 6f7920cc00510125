package org.dmemfs.core.bitmap;

import org.dmemfs.core.SparseWords;
import org.jspecify.annotations.Nullable;

/** One bit per dpage. Not safe for threads: {@link BitmapAllocator} locks. */
final class Bitmap implements AutoCloseable {
    private final long bits;
    private final @Nullable SparseWords words;
    private long staticWord;

    Bitmap(long bits) {
        this.bits = bits;
        this.words = BitmapTier.of(bits) == BitmapTier.STATIC_WORD ? null : new SparseWords(BitmapTier.bytesFor(bits));
    }

    long bits() {
        return bits;
    }

    long bytes() {
        return words == null ? 0 : words.bytes();
    }

    boolean get(long bit) {
        return (word(bit >> 6) & 1L << bit) != 0;
    }

    void set(long bit) {
        setWord(bit >> 6, word(bit >> 6) | 1L << bit);
    }

    void clear(long bit) {
        setWord(bit >> 6, word(bit >> 6) & ~(1L << bit));
    }

    /** The 64 bits of a word; those behind the last are clear. */
    long bitsAt(long index) {
        return word(index);
    }

    /** Sets bits of a word. */
    void setBits(long index, long set) {
        setWord(index, word(index) | set);
    }

    /** The first clear bit at or after a place, or -1. */
    long nextClear(long from) {
        long mask = -1L << from;
        for (long index = from >> 6; index << 6 < bits; index++) {
            long clear = ~word(index) & mask;
            if (clear != 0) {
                long bit = (index << 6) + Long.numberOfTrailingZeros(clear);
                return bit < bits ? bit : -1;
            }
            mask = -1L;
        }
        return -1;
    }

    /** The first set bit at or after a place, or -1. */
    long nextSet(long from) {
        long mask = -1L << from;
        for (long index = from >> 6; index << 6 < bits; index = written(index + 1)) {
            long set = word(index) & mask;
            if (set != 0) {
                return (index << 6) + Long.numberOfTrailingZeros(set);
            }
            mask = -1L;
        }
        return -1;
    }

    /** How many bits are set. */
    long count() {
        long count = 0;
        for (long index = written(0); index << 6 < bits; index = written(index + 1)) {
            count += Long.bitCount(word(index));
        }
        return count;
    }

    /** Sets neighbouring clear bits, from one that is clear up to a limit; returns how many. */
    int setRun(long first, long limit) {
        long end = first;
        while (end < limit && !get(end)) {
            set(end);
            end++;
        }
        return (int) (end - first);
    }

    /** The first word at or after a place that may have a bit set. */
    private long written(long index) {
        return words == null ? index : words.nextWritten(index << 3) >> 3;
    }

    private long word(long index) {
        return words == null ? staticWord : words.getLong(index);
    }

    private void setWord(long index, long value) {
        if (words == null) {
            staticWord = value;
        } else {
            words.setLong(index, value);
        }
    }

    @Override
    public void close() {
        if (words != null) {
            words.close();
        }
    }
}
