package org.dmemfs.linux.native_;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.junit.jupiter.api.Assumptions;

/**
 * Free huge pages for the time of one test. The pool is the whole host's, so a file lock keeps other JVMs that run these
 * tests out, and what the host had is restored.
 */
final class ReservedHugePages implements AutoCloseable {
    private final HostMemory memory;
    private final PageSize pageSize;
    private final long before;
    private final FileChannel lock;

    private ReservedHugePages(HostMemory memory, PageSize pageSize, long before, FileChannel lock) {
        this.memory = memory;
        this.pageSize = pageSize;
        this.before = before;
        this.lock = lock;
    }

    static ReservedHugePages take(HostMemory memory, PageSize pageSize, long pages) {
        FileChannel lock = lock();
        long before = memory.hugePages(pageSize);
        ReservedHugePages reserved = new ReservedHugePages(memory, pageSize, before, lock);
        try {
            memory.setHugePages(pageSize, before + pages - memory.freeHugePages(pageSize));
        } catch (ErrnoException refused) {
            reserved.close();
            Assumptions.abort("no huge pages can be reserved: " + refused.getMessage());
        }
        if (memory.freeHugePages(pageSize) != pages) {
            long free = memory.freeHugePages(pageSize);
            reserved.close();
            Assumptions.abort("the host found " + free + " of " + pages + " huge pages of " + pageSize.label());
        }
        return reserved;
    }

    private static FileChannel lock() {
        try {
            FileChannel channel = FileChannel.open(Path.of(System.getProperty("java.io.tmpdir"), "dmem-hugetlb.lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            return channel;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    SharedMemory create(String name, long pages) {
        return memory.createHugetlb(name, pages * pageSize.bytes(), pageSize);
    }

    long free() {
        return memory.freeHugePages(pageSize);
    }

    @Override
    public void close() {
        try (lock) {
            if (memory.hugePages(pageSize) != before) {
                memory.setHugePages(pageSize, before);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
