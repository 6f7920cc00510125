package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.linux.SharedMemory;

/**
 * A userfaultfd that nobody reads from: it is there to mark pages. A mark belongs to one mapping and is set on an empty
 * entry alone, so the entry is dropped first, again and again where a touch brings it back in between.
 *
 * <p>A range must be registered to be marked, and a fault in it on a missing page would wait for a reader: the feature
 * SIGBUS answers it as an error instead. Only the page itself is registered.
 */
final class Userfault implements HostUserfault, AutoCloseable {
    private static final String DEVICE = "/dev/userfaultfd";
    private static final int O_RDWR_CLOEXEC = 0x80002;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NONBLOCK = 0x800;
    private static final int UFFD_USER_MODE_ONLY = 1;
    private static final int FLAGS = O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY;
    private static final long USERFAULTFD_IOC_NEW = 0xAA00;
    private static final long UFFDIO_API = 0xC018AA3FL;
    private static final long UFFDIO_REGISTER = 0xC020AA00L;
    private static final long UFFDIO_POISON = 0xC020AA08L;
    private static final long UFFD_API = 0xAA;
    private static final long UFFD_FEATURE_SIGBUS = 1 << 7;
    private static final long UFFD_FEATURE_POISON = 1 << 14;
    private static final long MODE_MISSING = 1;
    /** Both structures: start, length, mode, and what the host answers. */
    private static final int REQUEST_BYTES = 32;
    private static final int LENGTH = 8;
    private static final int MODE = 16;
    private static final int MADV_DONTNEED = 4;
    private static final int ATTEMPTS = 10_000;

    private final LibC libc;
    /** Held over every use of the descriptor. */
    private final Object lock = new Object();
    private final int descriptor;
    private boolean closed;

    private Userfault(LibC libc, int descriptor) {
        this.libc = libc;
        this.descriptor = descriptor;
    }

    /**
     * Opens it and asks for what is needed.
     *
     * @throws ErrnoException where the host does not let this process, or its kernel is too old
     */
    static Userfault open(LibC libc) {
        int descriptor = (int) HostAnswer.check(descriptor(libc), "userfaultfd");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST_BYTES, Long.BYTES);
            request.set(JAVA_LONG, 0, UFFD_API);
            request.set(JAVA_LONG, LENGTH, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_POISON);
            HostAnswer.check(libc.ioctl(descriptor, UFFDIO_API, request.address()),
                    "UFFDIO_API with UFFD_FEATURE_POISON, which Linux has since 6.6");
            return new Userfault(libc, descriptor);
        } catch (ErrnoException refused) {
            libc.close(descriptor);
            throw refused;
        }
    }

    /** By the device where this process may open it, else by the system call, which unprivileged processes have too. */
    private static long descriptor(LibC libc) {
        long device = libc.open(DEVICE, O_RDWR_CLOEXEC);
        if (device < 0) {
            return libc.userfaultfd(FLAGS);
        }
        long descriptor = libc.ioctl((int) device, USERFAULTFD_IOC_NEW, FLAGS);
        libc.close((int) device);
        return descriptor;
    }

    @Override
    public void poison(SharedMemory memory, long offset) {
        if (!(memory instanceof MemoryFile file)) {
            throw new ErrnoException(Errno.EINVAL, "the memory was not created by this host's HostMemory service");
        }
        Extent.check("the bad page", offset, file.backing().bytes(), file.toString(), file.bytes(), file.backing());
        for (ReservedWindow window : file.addBadPage(offset, this)) {
            window.mark(file, offset);
        }
    }

    /** Marks the page at an address, which a window maps; of hugetlbfs the host marks a whole page or none. */
    void mark(long address, PageSize size) {
        synchronized (lock) {
            if (closed) {
                throw new ErrnoException(Errno.ENODEV, "the userfaultfd is closed");
            }
            try (Arena arena = Arena.ofConfined()) {
                mark(address, size, arena.allocate(REQUEST_BYTES, Long.BYTES));
            }
        }
    }

    private void mark(long address, PageSize size, MemorySegment request) {
        request.set(JAVA_LONG, 0, address);
        request.set(JAVA_LONG, LENGTH, size.bytes());
        request.set(JAVA_LONG, MODE, MODE_MISSING);
        HostAnswer.check(libc.ioctl(descriptor, UFFDIO_REGISTER, request.address()), "UFFDIO_REGISTER");
        request.set(JAVA_LONG, MODE, 0);
        long answer;
        int attempts = 0;
        do {
            HostAnswer.check(libc.madvise(address, size.bytes(), MADV_DONTNEED), "MADV_DONTNEED");
            answer = libc.ioctl(descriptor, UFFDIO_POISON, request.address());
        } while ((HostAnswer.is(answer, Errno.EEXIST) || HostAnswer.is(answer, Errno.EAGAIN))
                && ++attempts < ATTEMPTS);
        HostAnswer.check(answer, "UFFDIO_POISON");
    }

    /** Ends it; what is marked stays so. */
    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                libc.close(descriptor);
            }
        }
    }
}
