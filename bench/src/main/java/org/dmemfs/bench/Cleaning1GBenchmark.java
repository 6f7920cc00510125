package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One dpage of 1G that its owner may have written, taken, which cleans it, and given back. The peer fills the same bytes
 * through a plain mapping of them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Cleaning1GBenchmark {
    /** The machine. */
    public static class Dpage extends CleaningState {
        /** A dpage of 1G. */
        public Dpage() {
            super(PageSize.SIZE_1G);
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
}
