package org.dmemfs.core.llfree;

/** A planted race: what should be one compare-and-set is a read, a look and a write. */
final class RacyWords implements AtomicWords {
    private final AtomicWords words;

    RacyWords(AtomicWords words) {
        this.words = words;
    }

    @Override
    public long bits(long index) {
        return words.bits(index);
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the window of the race is wide open
    public boolean compareAndSetBits(long index, long expected, long value) {
        if (words.bits(index) != expected) {
            return false;
        }
        Thread.yield();
        for (long now = words.bits(index); !words.compareAndSetBits(index, now, value); now = words.bits(index)) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Override
    public int counter(long index) {
        return words.counter(index);
    }

    @Override
    public boolean compareAndSetCounter(long index, int expected, int value) {
        return words.compareAndSetCounter(index, expected, value);
    }

    @Override
    public void addToCounter(long index, int change) {
        words.addToCounter(index, change);
    }

    @Override
    public long nextWrittenCounter(long index) {
        return words.nextWrittenCounter(index);
    }

    @Override
    public long bytes() {
        return words.bytes();
    }

    @Override
    public void close() {
        words.close();
    }
}
