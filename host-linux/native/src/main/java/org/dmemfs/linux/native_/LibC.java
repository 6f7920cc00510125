package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * The calls into the C library, and the only place of the project that links or makes a segment of an address. Each
 * call answers as the kernel's own entry does: the result, or the negative error number. Safe for any thread.
 */
final class LibC {
    private static final VarHandle ERRNO = Linker.Option.captureStateLayout()
            .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    /** One buffer per thread, so that a call allocates nothing. */
    private static final ThreadLocal<MemorySegment> CAPTURED = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_SIZE = 0x200;
    private static final int STATX_BLOCKS = 0x400;
    private static final int STATX_BYTES = 256;
    private static final int STATX_SIZE_OFFSET = 40;
    private static final int STATX_BLOCKS_OFFSET = 48;
    private static final int STATX_BLOCK_BYTES = 512;
    private static final int F_ADD_SEALS = 1033;
    private static final int SC_PAGESIZE = 30;
    private static final long SYS_USERFAULTFD = 323;
    private static final int SIG_BLOCK = 0;
    private static final int SIG_SETMASK = 2;

    private final MethodHandle memfdCreate = link("memfd_create", 0, JAVA_INT, ADDRESS, JAVA_INT);
    private final MethodHandle ftruncate = link("ftruncate", 0, JAVA_INT, JAVA_INT, JAVA_LONG);
    private final MethodHandle fallocate = link("fallocate", 0, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private final MethodHandle fcntl = link("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private final MethodHandle statx = link("statx", 0, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private final MethodHandle mmap = link("mmap", 0, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_LONG);
    private final MethodHandle munmap = link("munmap", 0, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private final MethodHandle mprotect = link("mprotect", 0, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private final MethodHandle mremap = link("mremap", 4, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT,
            JAVA_LONG);
    private final MethodHandle mincore = link("mincore", 0, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS);
    private final MethodHandle madvise = link("madvise", 0, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private final MethodHandle processVmReadv = link("process_vm_readv", 0, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG,
            ADDRESS, JAVA_LONG, JAVA_LONG);
    private final MethodHandle processVmWritev = link("process_vm_writev", 0, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG,
            ADDRESS, JAVA_LONG, JAVA_LONG);
    private final MethodHandle open = link("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
    private final MethodHandle close = link("close", 0, JAVA_INT, JAVA_INT);
    private final MethodHandle ioctl = link("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private final MethodHandle syscall = link("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private final MethodHandle sysconf = link("sysconf", 0, JAVA_LONG, JAVA_INT);
    private final MethodHandle pthreadSelf = link("pthread_self", 0, JAVA_LONG);
    private final MethodHandle pthreadKill = link("pthread_kill", 0, JAVA_INT, JAVA_LONG, JAVA_INT);
    private final MethodHandle pthreadSigmask = link("pthread_sigmask", 0, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private final MethodHandle sigtimedwait = link("sigtimedwait", 0, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    /**
     * Links every call.
     *
     * @throws ErrnoException ENOSYS where the library lacks one, or this JVM does not allow native access
     */
    LibC() {
    }

    /** Links one function; {@code fixedArguments} is 0 for a function that is not variadic. */
    @SuppressWarnings("restricted")
    private static MethodHandle link(String function, int fixedArguments, MemoryLayout result,
            MemoryLayout... arguments) {
        try {
            Linker linker = Linker.nativeLinker();
            List<Linker.Option> options = new ArrayList<>(List.of(Linker.Option.captureCallState("errno")));
            if (fixedArguments > 0) {
                options.add(Linker.Option.firstVariadicArg(fixedArguments));
            }
            return linker.downcallHandle(
                    linker.defaultLookup().find(function)
                            .orElseThrow(() -> new ErrnoException(Errno.ENOSYS, "the C library has no " + function)),
                    FunctionDescriptor.of(result, arguments), options.toArray(Linker.Option[]::new));
        } catch (UnsupportedOperationException | IllegalCallerException refused) {
            throw new ErrnoException(Errno.ENOSYS, "this JVM does not link " + function + ": " + refused.getMessage(),
                    refused);
        }
    }

    /** A segment over mapped memory that ends with the arena; unmapping stays the caller's. */
    @SuppressWarnings("restricted")
    MemorySegment segment(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    }

    long memfdCreate(String name, int flags) {
        MemorySegment captured = CAPTURED.get();
        try (Arena arena = Arena.ofConfined()) {
            return answer((int) memfdCreate.invokeExact(captured, arena.allocateFrom(name), flags), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long ftruncate(int descriptor, long bytes) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) ftruncate.invokeExact(captured, descriptor, bytes), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long fallocate(int descriptor, int mode, long offset, long bytes) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) fallocate.invokeExact(captured, descriptor, mode, offset, bytes), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long addSeals(int descriptor, int seals) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) fcntl.invokeExact(captured, descriptor, F_ADD_SEALS, seals), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** What a file has taken, in bytes. */
    long allocatedBytes(int descriptor) {
        long blocks = status(descriptor, STATX_BLOCKS, STATX_BLOCKS_OFFSET);
        return blocks < 0 ? blocks : blocks * STATX_BLOCK_BYTES;
    }

    /** A file's size, in bytes. */
    long fileBytes(int descriptor) {
        return status(descriptor, STATX_SIZE, STATX_SIZE_OFFSET);
    }

    /** By statx, whose structure has one layout on every architecture. */
    private long status(int descriptor, int mask, long offset) {
        MemorySegment captured = CAPTURED.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STATX_BYTES, Long.BYTES);
            long answer = answer((int) statx.invokeExact(captured, descriptor, arena.allocateFrom(""), AT_EMPTY_PATH,
                    mask, status), captured);
            return answer < 0 ? answer : status.get(JAVA_LONG, offset);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long mmap(long address, long bytes, int protection, int flags, int descriptor, long offset) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((long) mmap.invokeExact(captured, address, bytes, protection, flags, descriptor, offset),
                    captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long munmap(long address, long bytes) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) munmap.invokeExact(captured, address, bytes), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long mprotect(long address, long bytes, int protection) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) mprotect.invokeExact(captured, address, bytes, protection), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long mremap(long address, long bytes, long newBytes, int flags, long newAddress) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((long) mremap.invokeExact(captured, address, bytes, newBytes, flags, newAddress), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** Stores one byte per page of 4K into a vector that has room for them. */
    long mincore(long address, long bytes, MemorySegment vector) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) mincore.invokeExact(captured, address, bytes, vector), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long madvise(long address, long bytes, int advice) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) madvise.invokeExact(captured, address, bytes, advice), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** Copies between two structures iovec of one entry each, the second in a process; answers the bytes copied. */
    long processVm(boolean write, int process, MemorySegment local, MemorySegment remote) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer(write
                    ? (long) processVmWritev.invokeExact(captured, process, local, 1L, remote, 1L, 0L)
                    : (long) processVmReadv.invokeExact(captured, process, local, 1L, remote, 1L, 0L), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long open(String path, int flags) {
        MemorySegment captured = CAPTURED.get();
        try (Arena arena = Arena.ofConfined()) {
            return answer((int) open.invokeExact(captured, arena.allocateFrom(path), flags), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** Closes a descriptor. The answer says nothing of use: Linux has freed the number even where it is EINTR. */
    void close(int descriptor) {
        try {
            int ignored = (int) close.invokeExact(CAPTURED.get(), descriptor);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long ioctl(int descriptor, long request, long argument) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) ioctl.invokeExact(captured, descriptor, request, argument), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** For which the C library has no function; the number is that of x86-64. */
    long userfaultfd(int flags) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((long) syscall.invokeExact(captured, SYS_USERFAULTFD, flags), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long pageSize() {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((long) sysconf.invokeExact(captured, SC_PAGESIZE), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long pthreadSelf() {
        try {
            return (long) pthreadSelf.invokeExact(CAPTURED.get());
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long pthreadKill(long thread, int signal) {
        try {
            return -(int) pthreadKill.invokeExact(CAPTURED.get(), thread, signal);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** Blocks a set of signals for the calling thread and stores what was blocked before. */
    long blockSignals(MemorySegment set, MemorySegment previous) {
        try {
            return -(int) pthreadSigmask.invokeExact(CAPTURED.get(), SIG_BLOCK, set, previous);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long restoreSignals(MemorySegment previous) {
        try {
            return -(int) pthreadSigmask.invokeExact(CAPTURED.get(), SIG_SETMASK, previous, MemorySegment.NULL);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** Takes a pending signal of a set; the answer is its number, or -EAGAIN after the timeout. */
    long takeSignal(MemorySegment set, MemorySegment information, MemorySegment timeout) {
        MemorySegment captured = CAPTURED.get();
        try {
            return answer((int) sigtimedwait.invokeExact(captured, set, information, timeout), captured);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    private static long answer(long result, MemorySegment captured) {
        return result == -1 ? -(int) ERRNO.get(captured, 0L) : result;
    }

    private static RuntimeException unexpected(Throwable thrown) {
        switch (thrown) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(thrown);
        }
    }
}
