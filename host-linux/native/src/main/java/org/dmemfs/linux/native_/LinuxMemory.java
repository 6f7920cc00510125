package org.dmemfs.linux.native_;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.MemoryKind;
import org.dmemfs.linux.SharedMemory;

/** The memory facility of a Linux host. */
final class LinuxMemory implements HostMemory {
    /** Between two pieces the host is asked again what is left: other processes take memory too. */
    private static final long TAKEN_AT_ONCE_BYTES = 64L << 20;

    private final LibC libc;
    private final HugetlbPool pool;
    private final MemoryHeadroom headroom;
    private final MappingBudget budget;

    LinuxMemory(LibC libc, HugetlbPool pool, MemoryHeadroom headroom, MappingBudget budget) {
        this.libc = libc;
        this.pool = pool;
        this.headroom = headroom;
        this.budget = budget;
    }

    @Override
    public SharedMemory createSparse(String name, long bytes) {
        return MemoryFile.create(libc, name, bytes, PageSize.SIZE_4K, MemoryKind.SPARSE);
    }

    @Override
    public SharedMemory createPopulated(String name, long bytes) {
        MemoryFile file = MemoryFile.create(libc, name, bytes, PageSize.SIZE_4K, MemoryKind.POPULATED);
        try {
            for (long offset = 0; offset < bytes; offset += TAKEN_AT_ONCE_BYTES) {
                headroom.require(bytes - offset, "memory \"" + name + "\"");
                long answer = file.take(offset, Math.min(TAKEN_AT_ONCE_BYTES, bytes - offset));
                if (exhausted(answer)) {
                    throw new ErrnoException(Errno.ENOMEM,
                            "memory \"%s\" wants %s, but the host had no page left after %s".formatted(name,
                                    MemorySize.format(bytes), MemorySize.format(offset)));
                }
                HostAnswer.check(answer, "fallocate of memory \"" + name + "\"");
            }
            return file;
        } catch (ErrnoException refused) {
            file.close();
            throw refused;
        }
    }

    @Override
    public SharedMemory createHugetlb(String name, long bytes, PageSize pageSize) {
        HugetlbPool.requireHuge(pageSize);
        Extent.size("the size of memory \"" + name + "\"", bytes, pageSize);
        long wanted = bytes / pageSize.bytes();
        if (pool.free(pageSize) < wanted) {
            throw exhausted(name, wanted, pageSize);
        }
        MemoryFile file = MemoryFile.create(libc, name, bytes, pageSize, MemoryKind.HUGETLB);
        try {
            long answer = file.take(0, bytes);
            if (exhausted(answer)) {
                throw exhausted(name, wanted, pageSize);
            }
            HostAnswer.check(answer, "fallocate of memory \"" + name + "\"");
            return file;
        } catch (ErrnoException refused) {
            file.close();
            throw refused;
        }
    }

    @Override
    public AddressWindow reserve(long bytes, PageSize alignment) {
        return ReservedWindow.reserve(libc, budget, bytes, alignment);
    }

    @Override
    public long freeHugePages(PageSize pageSize) {
        return pool.free(pageSize);
    }

    @Override
    public long hugePages(PageSize pageSize) {
        return pool.total(pageSize);
    }

    @Override
    public long setHugePages(PageSize pageSize, long pages) {
        return pool.resize(pageSize, pages);
    }

    private static boolean exhausted(long answer) {
        return HostAnswer.is(answer, Errno.ENOSPC) || HostAnswer.is(answer, Errno.ENOMEM);
    }

    private ErrnoException exhausted(String name, long wanted, PageSize pageSize) {
        return new ErrnoException(Errno.ENOMEM,
                "memory \"%s\" wants %d huge pages of %s, but %d of the host's %d are free; reserve more in %s"
                        .formatted(
                                name, wanted, pageSize.label(), pool.free(pageSize), pool.total(pageSize),
                                "/sys/kernel/mm/hugepages/hugepages-" + pageSize.bytes() / 1024 + "kB/nr_hugepages"));
    }
}
