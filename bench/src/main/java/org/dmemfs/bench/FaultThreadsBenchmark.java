package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Task;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Faults on present pages of 4K of one file by two tasks at once, each in a part of its own. The figure is one task's: two do
 * 2 divided by the ratio as much as the peer, one task alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class FaultThreadsBenchmark {
    private static final int PAGES = 512;
    private static final int PARTS = 8;
    private static final long PART = PAGES * PageSize.SIZE_4K.bytes();

    private final AtomicInteger parts = new AtomicInteger();
    private FileMachine file;

    /** Boots. */
    @Setup
    public void boot() {
        file = FileMachine.of("1x10G", "6G:1G", PageSize.SIZE_4K, PARTS * PART).present();
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        file.close();
    }

    /** What each thread has for itself. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH sets up before it calls
    public static class Own {
        private Task task;
        private long fileOffset;

        /**
         * A task and a part of the file.
         *
         * @param all the machine
         */
        @Setup
        public void begin(FaultThreadsBenchmark all) {
            task = all.file.newTask();
            fileOffset = all.parts.getAndIncrement() % PARTS * PART;
        }

        /** Ends the task. */
        @TearDown
        public void end() {
            task.close();
        }
    }

    private long faults(Own own) {
        long address = file.map(own.task.addressSpace(), own.fileOffset, PART);
        long sum = 0;
        for (int page = 0; page < PAGES; page++) {
            sum += own.task.addressSpace().loadByte(address + ((long) page << 12));
        }
        own.task.addressSpace().munmap(address, PART);
        return sum;
    }

    /**
     * One thread.
     *
     * @param own the thread's own
     * @return what was loaded
     */
    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(PAGES)
    public long peer(Own own) {
        return faults(own);
    }

    /**
     * Two.
     *
     * @param own the thread's own
     * @return what was loaded
     */
    @Benchmark
    @Threads(2)
    @OperationsPerInvocation(PAGES)
    public long twoThreads(Own own) {
        return faults(own);
    }
}
