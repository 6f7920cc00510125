package org.dmemfs.core.llfree;

import org.dmemfs.core.SparseWords;

/** The words of a region outside the heap. */
final class OffHeapWords implements AtomicWords {
    private final SparseWords bits;
    private final SparseWords counters;

    OffHeapWords(long bitWords, long counters) {
        this.bits = new SparseWords(bitWords * Long.BYTES);
        this.counters = new SparseWords((counters + 1) / 2 * Long.BYTES);
    }

    @Override
    public long bits(long index) {
        return bits.getLongVolatile(index);
    }

    @Override
    public boolean compareAndSetBits(long index, long expected, long value) {
        return bits.compareAndSetLong(index, expected, value);
    }

    @Override
    public int counter(long index) {
        return counters.getIntVolatile(index);
    }

    @Override
    public boolean compareAndSetCounter(long index, int expected, int value) {
        return counters.compareAndSetInt(index, expected, value);
    }

    @Override
    public void addToCounter(long index, int change) {
        counters.addInt(index, change);
    }

    @Override
    public long nextWrittenCounter(long index) {
        return counters.nextWritten(index << 2) >> 2;
    }

    @Override
    public long bytes() {
        return bits.bytes() + counters.bytes();
    }

    @Override
    public void close() {
        bits.close();
        counters.close();
    }
}
