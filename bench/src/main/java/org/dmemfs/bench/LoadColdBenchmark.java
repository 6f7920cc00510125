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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * As {@link LoadMissBenchmark}, but each load finds another line of its page, of 256 MiB of them: more than the host's
 * caches hold. The peer is the same load through the host's own mapping of the same bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LoadColdBenchmark {
    private static final int PAGES = LoadMissBenchmark.PAGES;
    private static final int SMALL_PAGES = 32;
    private static final int LINES = 64;

    /** 4 GiB in pages of 2M, of which 32 pages of 4K each are used. */
    public static class Pages extends MappedFileState {
        /** 2,048 pages. */
        public Pages() {
            super(PageSize.SIZE_2M, PAGES * PageSize.SIZE_2M.bytes());
        }

        @Override
        void prepare() {
            for (int small = 0; small < SMALL_PAGES; small++) {
                touch(PageSize.SIZE_2M.bytes(), (long) small << 12);
            }
        }
    }

    /** Which line of every page comes next. */
    @State(Scope.Thread)
    public static class Line {
        private int turn;

        long next() {
            turn = (turn + 1) % (SMALL_PAGES * LINES);
            // A stride that the host's prefetcher does not follow.
            return turn * 677L % (SMALL_PAGES * LINES) << 6;
        }
    }

    /**
     * The task.
     *
     * @param pages mapped
     * @param line of every page
     * @return what was loaded
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long load(Pages pages, Line line) {
        AddressSpace space = pages.space();
        long from = pages.address() + line.next();
        long sum = 0;
        for (int page = 0; page < PAGES; page++) {
            sum += space.loadLong(from + ((long) page << 21));
        }
        return sum;
    }

    /**
     * The peer.
     *
     * @param pages mapped
     * @param line of every page
     * @return what was loaded
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long peer(Pages pages, Line line) {
        MemorySegment plain = pages.plain();
        long from = line.next();
        long sum = 0;
        for (int page = 0; page < PAGES; page++) {
            sum += plain.get(ValueLayout.JAVA_LONG, from + ((long) page << 21));
        }
        return sum;
    }
}
