package org.dmemfs.vfio.type1;

/** Runs of frames in the order of their iova that are held and not yet mapped. Filled and emptied by one thread. */
final class RunBuffer {
    /** So many are mapped with the container's lock taken once. */
    private static final int RUNS = 256;

    private final long[] iovas = new long[RUNS];
    private final long[] pfns = new long[RUNS];
    private final long[] frames = new long[RUNS];
    private int first;
    private int end;

    void add(long iova, long pfn, long count) {
        iovas[end] = iova;
        pfns[end] = pfn;
        frames[end] = count;
        end++;
    }

    boolean isFull() {
        return end == RUNS;
    }

    /** Hands out the runs one after the other; one that is refused, and those behind it, stay. */
    void drain(RunSink sink) {
        for (; first < end; first++) {
            sink.accept(iovas[first], pfns[first], frames[first]);
        }
        first = 0;
        end = 0;
    }
}
