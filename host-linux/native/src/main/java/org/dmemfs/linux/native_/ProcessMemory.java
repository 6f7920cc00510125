package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * This process's memory by process_vm_readv and process_vm_writev on itself: the host faults pages in as for an access,
 * and answers EFAULT where an access would raise a signal.
 */
final class ProcessMemory {
    private static final int IOVEC_LENGTH = 8;
    private static final int IOVEC_BYTES = 16;

    private final LibC libc;
    private final int process = (int) ProcessHandle.current().pid();

    ProcessMemory(LibC libc) {
        this.libc = libc;
    }

    long load(long address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            move(false, address, value, arena);
            return value.get(JAVA_LONG, 0);
        }
    }

    void store(long address, long value) {
        try (Arena arena = Arena.ofConfined()) {
            move(true, address, arena.allocateFrom(JAVA_LONG, value), arena);
        }
    }

    private void move(boolean write, long address, MemorySegment value, Arena arena) {
        long moved = HostAnswer.check(
                libc.processVm(write, process, vector(value.address(), arena), vector(address, arena)),
                write ? "process_vm_writev" : "process_vm_readv");
        if (moved != Long.BYTES) {
            throw new ErrnoException(Errno.EFAULT, "only %d of 8 bytes can be touched".formatted(moved));
        }
    }

    private static MemorySegment vector(long address, Arena arena) {
        MemorySegment vector = arena.allocate(IOVEC_BYTES, Long.BYTES);
        vector.set(JAVA_LONG, 0, address);
        vector.set(JAVA_LONG, IOVEC_LENGTH, Long.BYTES);
        return vector;
    }
}
