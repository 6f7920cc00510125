package org.dmemfs.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * One dpage that is known clean, taken and given back through the pool's contract: policy, holder, reference and gate.
 * The peer is Netty's pooled direct arena with a buffer of the same bytes, which nobody touches either.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class TakeGiveBenchmark {
    private static final int NETTY_PAGE = 8192;
    /** Chunks of 4 MiB, as Netty itself chooses them. */
    private static final int NETTY_ORDER = 9;

    /** The allocator that serves the pool. */
    @Param({"bitmap", "llfree"})
    String allocator;

    /** The size of the dpage and of the buffer. */
    @Param({"4K", "2M"})
    String pageSize;

    /** Whether each take and each give is recorded in the trace ring. */
    @Param({"off", "on"})
    String events;

    private final Holder holder = new Holder("bench", "clean");
    private OpenPool open;
    private int bytes;
    private PooledByteBufAllocator arena;
    private PooledByteBufAllocator arenaBehindThreadCache;

    /** Boots. */
    @Setup
    public void boot() {
        PageSize size = PageSize.parse(pageSize);
        open = events.equals("on")
                ? OpenPool.traced("1x4G", "1G", allocator, size)
                : OpenPool.of("1x4G", "1G", allocator, size);
        bytes = (int) size.bytes();
        arena = new PooledByteBufAllocator(true, 0, 1, NETTY_PAGE, NETTY_ORDER, 0, 0, false);
        arenaBehindThreadCache = new PooledByteBufAllocator(true, 0, 1, NETTY_PAGE, NETTY_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(), PooledByteBufAllocator.defaultNormalCacheSize(), true);
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        open.close();
    }

    /**
     * The pool.
     *
     * @return the dpage
     */
    @Benchmark
    public long pool() {
        return open.takeAndGiveClean(holder);
    }

    /**
     * The peer: the arena.
     *
     * @return whether it was the last reference
     */
    @Benchmark
    public boolean peer() {
        ByteBuf buffer = arena.directBuffer(bytes);
        return buffer.release();
    }

    /**
     * The arena behind Netty's cache per thread, which keeps small buffers and so need not ask the arena.
     *
     * @return whether it was the last reference
     */
    @Benchmark
    public boolean arenaBehindThreadCache() {
        ByteBuf buffer = arenaBehindThreadCache.directBuffer(bytes);
        return buffer.release();
    }
}
