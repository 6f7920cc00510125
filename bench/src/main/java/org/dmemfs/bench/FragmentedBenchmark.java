package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 1,024 clean dpages of 2M taken and then given back, in a region of 320 GiB that was filled and half of which was given
 * back at random. The figure is of one dpage; the peer is the empty region.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FragmentedBenchmark {
    private static final int BATCH = 1024;
    private static final long SEED = 20_201_207;

    /** Nothing is taken. */
    public static class Empty extends RegionState {
        /** One region. */
        public Empty() {
            super("1x384G", "320G");
        }
    }

    /** Every dpage is taken with a probability of a half. */
    public static class HalfFull extends RegionState {
        /** One region. */
        public HalfFull() {
            super("1x384G", "320G");
        }

        @Override
        void prepare() {
            halfFill(SEED);
        }
    }

    /**
     * The peer, in the empty region.
     *
     * @param region the region
     * @return a dpage
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long peer(Empty region) {
        return region.takeAndGiveBatch();
    }

    /**
     * In the half-full region.
     *
     * @param region the region
     * @return a dpage
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long halfFull(HalfFull region) {
        return region.takeAndGiveBatch();
    }
}
