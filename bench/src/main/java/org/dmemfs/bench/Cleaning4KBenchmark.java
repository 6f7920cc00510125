package org.dmemfs.bench;

import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.SharedMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One dpage of 4K that its owner may have written, taken, which cleans it, and given back. The peer fills the same bytes
 * through a plain mapping of them. Beside both stands the kernel with a page of
 * a memfd: taken by a store and given back by a punch.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Cleaning4KBenchmark {
    /** The machine. */
    public static class Dpage extends CleaningState {
        /** A dpage of 4K. */
        public Dpage() {
            super(PageSize.SIZE_4K);
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

    /** A page of 4K of the host's kernel, for whoever stores to it. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets up before it calls
    public static class KernelPage {
        private SharedMemory memory;
        private AddressWindow window;

        /**
         * Maps it.
         *
         * @param dpage has the host's memory
         */
        @Setup
        public void map(Dpage dpage) {
            memory = dpage.host().createSparse("bench", PageSize.SIZE_4K.bytes());
            window = dpage.host().reserve(memory.bytes(), PageSize.SIZE_4K);
            window.map(0, memory, 0, memory.bytes());
        }

        /** Gives it back. */
        @TearDown
        public void close() {
            window.close();
            memory.close();
        }
    }

    /**
     * The kernel.
     *
     * @param dpage not used: it keeps the groups alike
     * @param page the page
     * @return what was stored
     */
    @Benchmark
    public byte memfdStoreAndPunch(Dpage dpage, KernelPage page) {
        page.window.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        page.memory.punch(0, page.memory.bytes());
        return 1;
    }
}
