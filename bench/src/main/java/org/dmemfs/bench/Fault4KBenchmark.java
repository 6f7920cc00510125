package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A fault on a present page of 4K of a file, through the whole path, with its share of mmap and munmap. The peer is the
 * host's kernel with present pages of 4K of a memfd.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Fault4KBenchmark {
    private static final int PAGES = FaultState.HOST_PAGES;

    /** The file and the memory. */
    public static class Pages extends FaultState {
        /** Pages of 4K. */
        public Pages() {
            super(PageSize.SIZE_4K, PAGES);
        }
    }

    /**
     * The task.
     *
     * @param pages present
     * @return what was loaded
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long fault(Pages pages) {
        return pages.ofTheFile();
    }

    /**
     * The peer.
     *
     * @param pages present
     * @return what was loaded
     */
    @Benchmark
    @OperationsPerInvocation(FaultState.HOST_PAGES)
    public long peer(Pages pages) {
        return pages.ofTheHost();
    }
}
