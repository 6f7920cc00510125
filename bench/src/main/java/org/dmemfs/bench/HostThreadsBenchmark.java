package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What the host gives to two threads that share nothing: no allocator can do better than this beside one thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HostThreadsBenchmark {
    /** A word of one's own, far from any other. */
    @State(Scope.Thread)
    public static class Word {
        private static final int LONGS = 64;
        private static final int STEPS = 8;

        private final AtomicLongArray longs = new AtomicLongArray(LONGS);

        long step() {
            for (int step = 0; step < STEPS; step++) {
                longs.compareAndSet(LONGS / 2, longs.get(LONGS / 2), step);
            }
            return longs.get(LONGS / 2);
        }
    }

    /**
     * One thread.
     *
     * @param word the thread's own
     * @return its value
     */
    @Benchmark
    @Threads(1)
    public long peer(Word word) {
        return word.step();
    }

    /**
     * Two.
     *
     * @param word the thread's own
     * @return its value
     */
    @Benchmark
    @Threads(2)
    public long twoThreads(Word word) {
        return word.step();
    }
}
