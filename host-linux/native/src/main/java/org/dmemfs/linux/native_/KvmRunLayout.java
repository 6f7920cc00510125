package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.dmemfs.linux.KvmExit;
import org.jspecify.annotations.Nullable;

/** The kernel's {@code struct kvm_run}, read as exits. Offsets in bytes, from linux/kvm.h. */
final class KvmRunLayout {
    /** Bytes for an access that the guest waits for. */
    record PendingRead(long offset, int size, int count) {
    }

    private static final int IMMEDIATE_EXIT = 1;
    private static final int EXIT_REASON = 8;
    private static final int IO_DIRECTION = 32;
    private static final int IO_SIZE = 33;
    private static final int IO_PORT = 34;
    private static final int IO_COUNT = 36;
    private static final int IO_DATA_OFFSET = 40;
    private static final int MMIO_PHYSICAL_ADDRESS = 32;
    private static final int MMIO_DATA = 40;
    private static final int MMIO_LENGTH = 48;
    private static final int MMIO_IS_WRITE = 52;
    private static final int HARDWARE_REASON = 32;
    private static final int INTERNAL_SUBERROR = 32;
    private static final int MEMORY_FAULT_ADDRESS = 40;

    private static final int KVM_EXIT_IO = 2;
    private static final int KVM_EXIT_HLT = 5;
    private static final int KVM_EXIT_MMIO = 6;
    private static final int KVM_EXIT_SHUTDOWN = 8;
    private static final int KVM_EXIT_FAIL_ENTRY = 9;
    private static final int KVM_EXIT_INTERNAL_ERROR = 17;
    private static final int KVM_EXIT_MEMORY_FAULT = 39;
    private static final byte KVM_EXIT_IO_IN = 0;

    private final MemorySegment run;

    KvmRunLayout(MemorySegment run) {
        this.run = run;
    }

    void setImmediateExit(boolean set) {
        run.set(JAVA_BYTE, IMMEDIATE_EXIT, (byte) (set ? 1 : 0));
    }

    boolean immediateExit() {
        return run.get(JAVA_BYTE, IMMEDIATE_EXIT) != 0;
    }

    KvmExit exit() {
        int reason = run.get(JAVA_INT, EXIT_REASON);
        return switch (reason) {
            case KVM_EXIT_IO -> io();
            case KVM_EXIT_MMIO -> mmio();
            case KVM_EXIT_HLT -> new KvmExit.Halt();
            case KVM_EXIT_SHUTDOWN -> new KvmExit.Shutdown();
            case KVM_EXIT_FAIL_ENTRY -> new KvmExit.Failed("KVM_EXIT_FAIL_ENTRY, hardware reason 0x"
                    + Long.toHexString(run.get(JAVA_LONG, HARDWARE_REASON)));
            case KVM_EXIT_INTERNAL_ERROR -> new KvmExit.Failed(
                    "KVM_EXIT_INTERNAL_ERROR, suberror " + run.get(JAVA_INT, INTERNAL_SUBERROR));
            default -> new KvmExit.Failed("exit reason " + reason + ", which is not handled");
        };
    }

    /** After KVM_RUN answered EFAULT: the address is there only where the host filled the exit in. */
    KvmExit.Fault fault() {
        return new KvmExit.Fault(run.get(JAVA_INT, EXIT_REASON) == KVM_EXIT_MEMORY_FAULT
                ? OptionalLong.of(run.get(JAVA_LONG, MEMORY_FAULT_ADDRESS))
                : OptionalLong.empty());
    }

    /** Where the answer to an exit goes; null where the guest waits for none. */
    @Nullable
    PendingRead pendingRead(KvmExit exit) {
        if (exit instanceof KvmExit.Io io && io.direction() == KvmExit.Direction.IN) {
            return new PendingRead(run.get(JAVA_LONG, IO_DATA_OFFSET), io.size(), io.count());
        }
        if (exit instanceof KvmExit.Mmio mmio && !mmio.write()) {
            return new PendingRead(MMIO_DATA, mmio.length(), 1);
        }
        return null;
    }

    void answer(PendingRead pending, long value) {
        for (int element = 0; element < pending.count(); element++) {
            for (int index = 0; index < pending.size(); index++) {
                run.set(JAVA_BYTE, pending.offset() + (long) element * pending.size() + index,
                        (byte) (value >>> (8 * index)));
            }
        }
    }

    private KvmExit io() {
        int size = run.get(JAVA_BYTE, IO_SIZE);
        int count = run.get(JAVA_INT, IO_COUNT);
        int port = Short.toUnsignedInt(run.get(JAVA_SHORT, IO_PORT));
        if (run.get(JAVA_BYTE, IO_DIRECTION) == KVM_EXIT_IO_IN) {
            return new KvmExit.Io(KvmExit.Direction.IN, port, size, count, List.of());
        }
        long data = run.get(JAVA_LONG, IO_DATA_OFFSET);
        List<Long> values = new ArrayList<>(count);
        for (int element = 0; element < count; element++) {
            values.add(littleEndian(data + (long) element * size, size));
        }
        return new KvmExit.Io(KvmExit.Direction.OUT, port, size, count, values);
    }

    private KvmExit mmio() {
        int length = run.get(JAVA_INT, MMIO_LENGTH);
        boolean write = run.get(JAVA_BYTE, MMIO_IS_WRITE) != 0;
        return new KvmExit.Mmio(run.get(JAVA_LONG, MMIO_PHYSICAL_ADDRESS), length, write,
                write ? littleEndian(MMIO_DATA, length) : 0);
    }

    private long littleEndian(long offset, int bytes) {
        return run.get(JAVA_LONG_UNALIGNED, offset) & (bytes == Long.BYTES ? -1L : (1L << (8 * bytes)) - 1);
    }
}
