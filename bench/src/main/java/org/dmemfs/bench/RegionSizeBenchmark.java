package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** One clean dpage of 2M taken and given back, in regions of three sizes. The peer is the smallest. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RegionSizeBenchmark {
    /** 512 dpages. */
    public static class Small extends RegionState {
        /** One region. */
        public Small() {
            super("1x4G", "1G");
        }
    }

    /** 163,840 dpages. */
    public static class Large extends RegionState {
        /** One region. */
        public Large() {
            super("1x384G", "320G");
        }
    }

    /** 8,388,608 dpages. */
    public static class Huge extends RegionState {
        /** One region. */
        public Huge() {
            super("1x17T", "16T");
        }
    }

    /**
     * The peer, 1 GiB.
     *
     * @param region the region
     * @return the dpage
     */
    @Benchmark
    public long peer(Small region) {
        return region.takeAndGive();
    }

    /**
     * A region of 320 GiB.
     *
     * @param region the region
     * @return the dpage
     */
    @Benchmark
    public long region320GiB(Large region) {
        return region.takeAndGive();
    }

    /**
     * A region of 16 TiB.
     *
     * @param region the region
     * @return the dpage
     */
    @Benchmark
    public long region16TiB(Huge region) {
        return region.takeAndGive();
    }
}
