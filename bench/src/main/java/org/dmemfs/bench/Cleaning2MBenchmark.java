package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.SharedMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One dpage of 2M that its owner may have written, taken, which cleans it, and given back. The peer fills the same bytes
 * through a plain mapping of them. Beside both stands the kernel with a page of
 * its hugetlb pool: a memory of one page made, which fills it, and closed.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Cleaning2MBenchmark {
    /** The machine. */
    public static class Dpage extends CleaningState {
        /** A dpage of 2M. */
        public Dpage() {
            super(PageSize.SIZE_2M);
        }
    }

    /**
     * The pool.
     *
     * @param dpage the machine
     * @return the dpage
     */
    @Benchmark
    public long pool(Dpage dpage) {
        return dpage.takeCleanAndGive();
    }

    /**
     * The peer.
     *
     * @param dpage the machine
     * @return what was filled
     */
    @Benchmark
    public byte peer(Dpage dpage) {
        return dpage.fill();
    }

    /**
     * The kernel.
     *
     * @param dpage has the host's memory
     * @return the memory's size
     */
    @Benchmark
    public long hugetlbCreateAndClose(Dpage dpage) {
        try (SharedMemory memory = dpage.host().createHugetlb("bench", PageSize.SIZE_2M.bytes(), PageSize.SIZE_2M)) {
            return memory.bytes();
        }
    }
}
