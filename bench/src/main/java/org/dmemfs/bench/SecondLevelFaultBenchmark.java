package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * A fault in the second-level table, 2M: the guest stores once to each of 511 dpages that its task has mapped and that its
 * own table does not have. The peer is the memory manager's own fault of the same entries: the task stores once to each,
 * in a new mapping of a file that has the dpages. Each figure has the store itself in it, and the guest's three
 * interpreted instructions.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class SecondLevelFaultBenchmark {
    private static final int DPAGES = 511;
    private static final long STEP = PageSize.SIZE_2M.bytes();

    private MappedFile memory;
    private GuestOfFile guest;

    /** Boots, and has every dpage taken. */
    @Setup
    public void boot() {
        memory = MappedFile.of("1x4G", "2G", "simulated", PageSize.SIZE_2M, 1L << 30);
        memory.touchAll();
        MachineCode code = new MachineCode().move(GeneralRegister.RDI, GuestOfFile.DATA)
                .move(GeneralRegister.RBX, DPAGES);
        int store = code.position();
        code.store(GeneralRegister.RDI, GeneralRegister.RBX).add(GeneralRegister.RDI, (int) STEP)
                .decrement(GeneralRegister.RBX).jumpIfNotZero(store).outByte(0);
        guest = new GuestOfFile(memory, "tdp", code.toBytes(), 0);
        guest.run();
        if (guest.guest().mappedEntries().of2M() < DPAGES) {
            throw new IllegalStateException("the guest is not mapped at 2M: " + guest.guest().mappedEntries());
        }
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        memory.close();
    }

    /** The task's entries, taken away before each round of its own faults. */
    @State(Scope.Thread)
    public static class Unmapped {
        /**
         * Takes them away; the guest's go with them.
         *
         * @param benchmark has the mapping
         */
        @Setup(Level.Invocation)
        public void unmap(SecondLevelFaultBenchmark benchmark) {
            benchmark.memory.map();
        }
    }

    /** The guest's entries, taken away before each round of its faults; the task's stay. */
    @State(Scope.Thread)
    public static class Forgotten {
        /**
         * Takes them away.
         *
         * @param benchmark has the guest
         */
        @Setup(Level.Invocation)
        public void forget(SecondLevelFaultBenchmark benchmark) {
            benchmark.guest.forgetData();
        }
    }

    /**
     * The memory manager's.
     *
     * @param unmapped has the entries taken away
     */
    @Benchmark
    @OperationsPerInvocation(DPAGES)
    public void peer(Unmapped unmapped) {
        long address = memory.address() + GuestOfFile.DATA;
        for (int dpage = 0; dpage < DPAGES; dpage++) {
            memory.memory().storeLong(address + dpage * STEP, dpage);
        }
    }

    /**
     * The second level's.
     *
     * @param forgotten has the entries taken away
     * @return why the guest stopped
     */
    @Benchmark
    @OperationsPerInvocation(DPAGES)
    public Exit secondLevel(Forgotten forgotten) {
        return guest.run();
    }
}
