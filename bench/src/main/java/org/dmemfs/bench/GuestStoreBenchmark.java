package org.dmemfs.bench;

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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A store of 8 bytes to memory that is mapped: the guest's goes through its own page tables and the second level, and is
 * one interpreted instruction. The peer is the task's own store, through one table; beside both an instruction of the
 * guest that touches no memory, which is what the interpreter itself costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class GuestStoreBenchmark {
    private static final int IN_A_ROW = 40;
    private static final int ROUNDS = 1000;
    private static final int STORES = IN_A_ROW * ROUNDS;

    private MappedFile memory;
    private GuestOfFile storing;
    private GuestOfFile moving;

    /** Boots. */
    @Setup
    public void boot() {
        memory = MappedFile.of("1x4G", "2G", "simulated", PageSize.SIZE_2M, 8L << 20);
        storing = new GuestOfFile(memory, "tdp", code(true), 0);
        storing.run();
        moving = new GuestOfFile(memory, "tdp", code(false), 1 << 16);
        moving.run();
    }

    private static byte[] code(boolean store) {
        MachineCode code = new MachineCode().move(GeneralRegister.RDI, GuestOfFile.DATA)
                .move(GeneralRegister.RBX, ROUNDS);
        int round = code.position();
        for (int each = 0; each < IN_A_ROW; each++) {
            if (store) {
                code.store(GeneralRegister.RDI, GeneralRegister.RBX);
            } else {
                code.move(GeneralRegister.RAX, GeneralRegister.RBX);
            }
        }
        return code.decrement(GeneralRegister.RBX).jumpIfNotZero(round).outByte(0).toBytes();
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        memory.close();
    }

    /** The task's. */
    @Benchmark
    @OperationsPerInvocation(STORES)
    public void peer() {
        long address = memory.address() + GuestOfFile.DATA;
        for (int store = 0; store < STORES; store++) {
            memory.memory().storeLong(address, store);
        }
    }

    /**
     * The guest's.
     *
     * @return why it stopped
     */
    @Benchmark
    @OperationsPerInvocation(STORES)
    public Exit guest() {
        return storing.run();
    }

    /**
     * As many instructions that move a register.
     *
     * @return why the guest stopped
     */
    @Benchmark
    @OperationsPerInvocation(STORES)
    public Exit guestRegister() {
        return moving.run();
    }
}
