package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmExit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A machine of the host's KVM with 1 GiB of memory is created, stores once to each 2M, and is closed. Ours is on a file of
 * dmem that its task has mapped and touched; the peer does the same calls of the host on a plain anonymous memory that the
 * host has in full, and knows nothing of dmem. Left out where the host has no {@code /dev/kvm}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class HostGuestBenchmark {
    private static final long BYTES = 1L << 30;
    private static final long STEP = PageSize.SIZE_2M.bytes();

    private MappedFile memory;
    private PlainGuest plain;
    private byte[] code;

    /** Boots, and has all memory taken from the host. */
    @Setup
    public void boot() {
        MachineCode program = new MachineCode().move(GeneralRegister.RDI, STEP)
                .move(GeneralRegister.RBX, BYTES / STEP - 1);
        int store = program.position();
        program.store(GeneralRegister.RDI, GeneralRegister.RBX).add(GeneralRegister.RDI, (int) STEP)
                .decrement(GeneralRegister.RBX).jumpIfNotZero(store).outByte(0);
        code = program.toBytes();
        memory = MappedFile.of("1x4G", "2G", "memfd", PageSize.SIZE_2M, BYTES);
        memory.touchAll();
        plain = new PlainGuest(memory.machine().service(HostKvm.class), memory.machine().service(HostMemory.class),
                BYTES, code);
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        plain.close();
        memory.close();
    }

    /**
     * On plain memory.
     *
     * @return why the guest stopped
     */
    @Benchmark
    public KvmExit peer() {
        try (PlainGuest.Machine machine = plain.create()) {
            return machine.run();
        }
    }

    /**
     * On dmem.
     *
     * @return why the guest stopped
     */
    @Benchmark
    public Exit dmem() {
        try (GuestOfFile guest = new GuestOfFile(memory, "host-kvm", code, 0)) {
            return guest.run();
        }
    }
}
