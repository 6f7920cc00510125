package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.core.Holder;
import org.dmemfs.kernel.PageSize;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One clean dpage of 2M taken and given back by two threads at once, each for a holder of its own. The figure is one
 * thread's: two threads do 2 divided by the ratio as much as the peer, one thread alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class ThreadsBenchmark {
    /** The allocator that serves the pool. */
    @Param({"bitmap", "llfree"})
    String allocator;

    private OpenPool open;

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Task {
        private final Holder holder = new Holder("task", Thread.currentThread().getName());
    }

    /** Boots. */
    @Setup
    public void boot() {
        open = OpenPool.of("1x384G", "320G", allocator, PageSize.SIZE_2M);
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        open.close();
    }

    /**
     * One thread.
     *
     * @param task the thread's own
     * @return the dpage
     */
    @Benchmark
    @Threads(1)
    public long peer(Task task) {
        return open.takeAndGiveClean(task.holder);
    }

    /**
     * Two.
     *
     * @param task the thread's own
     * @return the dpage
     */
    @Benchmark
    @Threads(2)
    public long twoThreads(Task task) {
        return open.takeAndGiveClean(task.holder);
    }
}
