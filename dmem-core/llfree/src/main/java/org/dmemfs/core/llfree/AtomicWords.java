package org.dmemfs.core.llfree;

/** Words that start as zeros and change atomically: outside the heap in use, on the heap under a model checker. */
interface AtomicWords {
    long bits(long index);

    boolean compareAndSetBits(long index, long expected, long value);

    int counter(long index);

    boolean compareAndSetCounter(long index, int expected, int value);

    void addToCounter(long index, int change);

    /** The first counter at or after a place that may be other than 0, or more than there are. */
    long nextWrittenCounter(long index);

    long bytes();

    void close();
}
