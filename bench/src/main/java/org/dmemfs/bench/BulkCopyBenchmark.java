package org.dmemfs.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Bytes that a task copies out of its mapping of 256 MiB in pages of 2M. The peer is {@link MemorySegment#copy} of the same
 * bytes through the host's own mapping.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BulkCopyBenchmark {
    private static final long MAPPED = 256L << 20;

    /** 256 MiB in pages of 2M. */
    public static class Pages extends MappedFileState {
        /** 128 pages. */
        public Pages() {
            super(PageSize.SIZE_2M, MAPPED);
        }

        @Override
        void prepare() {
            touch(PageSize.SIZE_4K.bytes(), 0);
        }
    }

    /** Where the bytes go. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH sets up before it calls
    public static class Buffer {
        /** How many bytes one copy moves. */
        @Param({"65536", "268435456"})
        long bytes;

        private Arena arena;
        private MemorySegment segment;

        /** Takes the memory. */
        @Setup
        public void take() {
            arena = Arena.ofShared();
            segment = arena.allocate(bytes, PageSize.SIZE_4K.bytes()).fill((byte) 1);
        }

        /** Gives it back. */
        @TearDown
        public void give() {
            arena.close();
        }
    }

    /**
     * The task.
     *
     * @param pages mapped
     * @param buffer where to
     * @return where to
     */
    @Benchmark
    public MemorySegment copyOut(Pages pages, Buffer buffer) {
        pages.space().copyOut(pages.address(), buffer.segment, 0, buffer.bytes);
        return buffer.segment;
    }

    /**
     * The peer.
     *
     * @param pages mapped
     * @param buffer where to
     * @return where to
     */
    @Benchmark
    public MemorySegment peer(Pages pages, Buffer buffer) {
        MemorySegment.copy(pages.plain(), 0, buffer.segment, 0, buffer.bytes);
        return buffer.segment;
    }
}
