package org.dmemfs.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.Holder;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.PhysicalMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 256 MiB in dpages of 4K taken, each cleaned as it is taken, and then given back as written: by the time a dpage is
 * cleaned its bytes have left the processor's caches. The figure is of one dpage. The peer fills the same bytes, 4K at a
 * time, through a plain mapping of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class CleaningColdBenchmark {
    private static final int DPAGES = 1 << 16;
    private static final long BYTES = DPAGES * 4096L;

    /** The allocator that serves the pool. */
    @Param({"bitmap", "llfree"})
    String allocator;

    private final Holder holder = new Holder("bench", "cold");
    private final long[] taken = new long[DPAGES];
    private OpenPool open;
    private AddressWindow plain;

    /** Boots a machine whose dmem is just so many dpages, and takes the host's memory for them. */
    @Setup
    public void boot() {
        open = OpenPool.of("1x4G", "256M", allocator, PageSize.SIZE_4K);
        DpageRun first = open.use().takeOnNodes(holder, 0, null, 1);
        long start = first.physicalAddress() & -BYTES;
        open.use().giveRun(holder, first);
        HostRange range = open.service(PhysicalMemory.class).hostRange(start >> 12, DPAGES);
        plain = open.service(HostMemory.class).reserve(BYTES, PageSize.SIZE_4K);
        plain.map(0, range.memory(), range.offsetBytes(), BYTES);
        plain.segment().fill((byte) 1);
        pool();
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        plain.close();
        open.close();
    }

    /**
     * The pool.
     *
     * @return a dpage
     */
    @Benchmark
    @OperationsPerInvocation(DPAGES)
    public long pool() {
        for (int place = 0; place < DPAGES; place++) {
            taken[place] = open.take(holder);
        }
        for (int place = 0; place < DPAGES; place++) {
            open.use().give(holder, taken[place]);
        }
        return taken[0];
    }

    /**
     * The peer.
     *
     * @return what was filled
     */
    @Benchmark
    @OperationsPerInvocation(DPAGES)
    public byte peer() {
        MemorySegment bytes = plain.segment();
        for (long offset = 0; offset < BYTES; offset += 4096) {
            bytes.asSlice(offset, 4096).fill((byte) 0);
        }
        return bytes.get(ValueLayout.JAVA_BYTE, 0);
    }
}
