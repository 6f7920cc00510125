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
 * 8 bytes loaded by a task from 4 GiB in pages of 2M, one line of each page in turn: more pages than its TLB knows, so that
 * each load walks the page table. The peer is the same load through the host's own mapping of the same bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LoadMissBenchmark {
    static final int PAGES = 2048;

    /** 4 GiB in pages of 2M. */
    public static class Pages extends MappedFileState {
        /** 2,048 pages. */
        public Pages() {
            super(PageSize.SIZE_2M, PAGES * PageSize.SIZE_2M.bytes());
        }

        @Override
        void prepare() {
            for (int page = 0; page < PAGES; page++) {
                touch(bytes(), place(page));
            }
        }
    }

    /**
     * The task.
     *
     * @param pages mapped
     * @return what was loaded
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long load(Pages pages) {
        AddressSpace space = pages.space();
        long from = pages.address();
        long sum = 0;
        for (int page = 0; page < PAGES; page++) {
            sum += space.loadLong(from + place(page));
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
    @OperationsPerInvocation(PAGES)
    public long peer(Pages pages) {
        MemorySegment plain = pages.plain();
        long sum = 0;
        for (int page = 0; page < PAGES; page++) {
            sum += plain.get(ValueLayout.JAVA_LONG, place(page));
        }
        return sum;
    }

    /** A line of its own for each page, so that they do not all fall into one set of the host's cache. */
    private static long place(int page) {
        return (long) page << 21 | (page & 63) << 6;
    }
}
