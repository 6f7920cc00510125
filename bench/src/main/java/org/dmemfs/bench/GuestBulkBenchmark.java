package org.dmemfs.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
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
 * Many bytes at once through both tables: the guest copies and fills with one repeated instruction. The peer is
 * {@code MemorySegment.copy} of as many bytes between two segments; beside it {@code MemorySegment.fill}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class GuestBulkBenchmark {
    private static final long FILE = 256L << 20;

    /** How many bytes: within the caches, and beyond. */
    @Param({"1048576", "67108864"})
    long bytes;

    private MappedFile memory;
    private GuestOfFile copying;
    private GuestOfFile filling;
    private Arena arena;
    private MemorySegment from;
    private MemorySegment to;

    /** Boots, and touches everything once. */
    @Setup
    public void boot() {
        memory = MappedFile.of("1x4G", "2G", "simulated", PageSize.SIZE_2M, FILE);
        long half = FILE / 2;
        MachineCode copy = new MachineCode().move(GeneralRegister.RSI, GuestOfFile.DATA)
                .move(GeneralRegister.RDI, half).move(GeneralRegister.RCX, bytes / Long.BYTES)
                .repeatMoveQuadwords().outByte(0);
        MachineCode fill = new MachineCode().move(GeneralRegister.RDI, GuestOfFile.DATA)
                .move(GeneralRegister.RCX, bytes / Long.BYTES).move(GeneralRegister.RAX, 0x0123_4567_89AB_CDEFL)
                .repeatStoreQuadwords().outByte(0);
        filling = new GuestOfFile(memory, "tdp", fill.toBytes(), 0);
        filling.run();
        copying = new GuestOfFile(memory, "tdp", copy.toBytes(), 1 << 16);
        copying.run();
        if (memory.memory().loadLong(memory.address() + half + bytes - Long.BYTES) != 0x0123_4567_89AB_CDEFL) {
            throw new IllegalStateException("the guest did not copy");
        }
        arena = Arena.ofShared();
        from = arena.allocate(bytes, PageSize.SIZE_2M.bytes()).fill((byte) 1);
        to = arena.allocate(bytes, PageSize.SIZE_2M.bytes()).fill((byte) 2);
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        arena.close();
        memory.close();
    }

    /** A copy without tables. */
    @Benchmark
    public void peer() {
        MemorySegment.copy(from, 0, to, 0, bytes);
    }

    /** A fill without tables. */
    @Benchmark
    public void plainFill() {
        to.fill((byte) 3);
    }

    /**
     * {@code rep movsq}.
     *
     * @return why the guest stopped
     */
    @Benchmark
    public Exit guestCopies() {
        return copying.run();
    }

    /**
     * {@code rep stosq}.
     *
     * @return why the guest stopped
     */
    @Benchmark
    public Exit guestFills() {
        return filling.run();
    }
}
