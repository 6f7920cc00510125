package org.dmemfs.bench;

import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.bitmap.BitmapAllocatorFactory;
import org.dmemfs.kernel.SeriesVersion;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One dpage taken and one given back, in a region that is full to a share with random holes. The peer is the JDK's
 * BitSet under one lock, with the same first fit.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AllocatorBenchmark {
    private static final long SEED = 20_201_207;

    /** Dpages of the region: 1 GiB of 4K, and 1 TiB of 2M. */
    @Param({"262144", "524288"})
    int dpages;

    /** How much of the region is taken, in percent. */
    @Param({"10", "90"})
    int percentTaken;

    // JMH calls the method marked as set-up before it measures.
    @SuppressWarnings("NullAway.Init")
    private RegionAllocator allocator;
    @SuppressWarnings("NullAway.Init")
    private BitSet bits;
    private int next;

    /** Makes both regions with the same holes. */
    @Setup
    public void fill() {
        Random random = new Random(SEED);
        bits = new BitSet(dpages);
        for (int dpage = 0; dpage < dpages; dpage++) {
            bits.set(dpage, random.nextInt(100) < percentTaken);
        }
        allocator = new BitmapAllocatorFactory(SeriesVersion.REPAIRED).create(dpages,
                from -> bits.nextSetBit(Math.toIntExact(from)));
        next = 0;
    }

    /** Ends the region. */
    @TearDown
    public void close() {
        allocator.close();
    }

    /**
     * The product's allocator.
     *
     * @return the dpage
     */
    @Benchmark
    public long bitmap() {
        long dpage = allocator.take();
        allocator.give(dpage);
        return dpage;
    }

    /**
     * The peer.
     *
     * @return the dpage
     */
    @Benchmark
    public synchronized long peer() {
        int dpage = bits.nextClearBit(next);
        bits.set(dpage);
        next = dpage + 1;
        bits.clear(dpage);
        next = Math.min(next, dpage);
        return dpage;
    }
}
