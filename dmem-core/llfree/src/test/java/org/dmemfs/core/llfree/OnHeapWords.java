package org.dmemfs.core.llfree;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/** The words of a small region on the heap, where a model checker sees each access. */
class OnHeapWords implements AtomicWords {
    private final AtomicLongArray bits;
    private final AtomicIntegerArray counters;

    OnHeapWords(long dpages) {
        bits = new AtomicLongArray((int) Children.bitWordsFor(dpages));
        counters = new AtomicIntegerArray((int) Children.countFor(dpages));
    }

    @Override
    public long bits(long index) {
        return bits.get((int) index);
    }

    @Override
    public boolean compareAndSetBits(long index, long expected, long value) {
        return bits.compareAndSet((int) index, expected, value);
    }

    @Override
    public int counter(long index) {
        return counters.get((int) index);
    }

    @Override
    public boolean compareAndSetCounter(long index, int expected, int value) {
        return counters.compareAndSet((int) index, expected, value);
    }

    @Override
    public void addToCounter(long index, int change) {
        counters.getAndAdd((int) index, change);
    }

    @Override
    public long nextWrittenCounter(long index) {
        return index;
    }

    @Override
    public long bytes() {
        return 8L * bits.length() + 4L * counters.length();
    }

    @Override
    public void close() {
        // The collector has them.
    }
}
