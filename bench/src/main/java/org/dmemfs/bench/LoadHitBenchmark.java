package org.dmemfs.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 8 bytes loaded by a task from pages of 4K that its TLB knows, 64 pages in turn. The peer is the same load through the
 * host's own mapping of the same bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LoadHitBenchmark {
    private static final int LOADS = 1024;

    /** 256K in pages of 4K. */
    public static class Pages extends MappedFileState {
        /** 64 pages. */
        public Pages() {
            super(PageSize.SIZE_4K, 256 << 10);
        }

        @Override
        void prepare() {
            touch(PageSize.SIZE_4K.bytes(), 0);
        }
    }

    /**
     * The task.
     *
     * @param pages mapped
     * @return what was loaded
     */
    @Benchmark
    @OperationsPerInvocation(LOADS)
    public long load(Pages pages) {
        AddressSpace space = pages.space();
        long from = pages.address();
        long sum = 0;
        for (int load = 0; load < LOADS; load++) {
            sum += space.loadLong(from + place(load));
        }
        return sum;
    }

    /**
     * The peer.
     *
     * @param pages mapped
     * @return what was loaded
     */
    @Benchmark
    @OperationsPerInvocation(LOADS)
    public long peer(Pages pages) {
        MemorySegment plain = pages.plain();
        long sum = 0;
        for (int load = 0; load < LOADS; load++) {
            sum += plain.get(ValueLayout.JAVA_LONG, place(load));
        }
        return sum;
    }

    private static long place(int load) {
        return (load & 63L) << 12 | (load & 511L) << 3;
    }
}
