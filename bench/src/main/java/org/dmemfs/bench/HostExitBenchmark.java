package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
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
 * One exit of a guest of the host's KVM, an OUT: from memory of dmem, and from plain anonymous memory of the host, which is
 * the peer. Left out where the host has no {@code /dev/kvm}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class HostExitBenchmark {
    private static final long BYTES = 1L << 30;

    private MappedFile memory;
    private GuestOfFile guest;
    private PlainGuest plain;
    private PlainGuest.Machine machine;

    /** Boots, and lets each guest exit once. */
    @Setup
    public void boot() {
        MachineCode program = new MachineCode();
        int out = program.position();
        byte[] code = program.outByte(0).jump(out).toBytes();
        memory = MappedFile.of("1x4G", "2G", "memfd", PageSize.SIZE_2M, BYTES);
        memory.touchAll();
        guest = new GuestOfFile(memory, "host-kvm", code, 0);
        guest.run();
        plain = new PlainGuest(memory.machine().service(HostKvm.class), memory.machine().service(HostMemory.class),
                BYTES, code);
        machine = plain.create();
        machine.run();
    }

    /** Ends both. */
    @TearDown
    public void close() {
        guest.close();
        machine.close();
        plain.close();
        memory.close();
    }

    /**
     * From plain memory.
     *
     * @return the exit
     */
    @Benchmark
    public KvmExit peer() {
        return machine.run();
    }

    /**
     * From dmem.
     *
     * @return the exit
     */
    @Benchmark
    public Exit dmem() {
        return guest.runOn();
    }
}
