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
 * What the kernel's other parts ask of a page of dmem that a task has touched: {@code follow_pfn}, and
 * {@code get_user_pages_fast}, which refuses. 512 pages of 2M in turn. The peer is a load of 8 bytes of the same pages through
 * the host's own mapping: the least that an answer about an address can cost.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FollowBenchmark {
    private static final int PAGES = 512;

    /** 1 GiB in pages of 2M. */
    public static class Pages extends MappedFileState {
        /** 512 pages. */
        public Pages() {
            super(PageSize.SIZE_2M, PAGES * PageSize.SIZE_2M.bytes());
        }

        @Override
        void prepare() {
            touch(PageSize.SIZE_2M.bytes(), 0);
        }
    }

    /**
     * {@code follow_pfn}.
     *
     * @param pages mapped
     * @return the frames
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long followPfn(Pages pages) {
        AddressSpace space = pages.space();
        long from = pages.address();
        long sum = 0;
        for (int page = 0; page < PAGES; page++) {
            sum += space.followPfn(from + ((long) page << 21));
        }
        return sum;
    }

    /**
     * {@code get_user_pages_fast}.
     *
     * @param pages mapped
     * @return how many pages were pinned: none
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long fastGupRefusing(Pages pages) {
        AddressSpace space = pages.space();
        long from = pages.address();
        long pinned = 0;
        for (int page = 0; page < PAGES; page++) {
            pinned += space.getUserPagesFast(from + ((long) page << 21), 1, true).size();
        }
        return pinned;
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
            sum += plain.get(ValueLayout.JAVA_LONG, (long) page << 21);
        }
        return sum;
    }
}
