package org.dmemfs.conformance.tests.judge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostMemory;
import org.junit.jupiter.api.Assumptions;

/** Huge pages that a test borrows from the host and gives back, while no other test of this host does. */
final class HugePages implements AutoCloseable {
    private final HostMemory memory;
    private final PageSize size;
    private final FileChannel lock;
    private final long before;

    private HugePages(HostMemory memory, PageSize size, FileChannel lock) {
        this.memory = memory;
        this.size = size;
        this.lock = lock;
        this.before = memory.hugePages(size);
    }

    static HugePages borrow(HostMemory memory, PageSize size, long pages) {
        HugePages borrowed = new HugePages(memory, size, lock());
        String obstacle = "its pool did not grow";
        try {
            long lacking = pages - memory.freeHugePages(size);
            if (lacking <= 0 || memory.setHugePages(size, borrowed.before + lacking) >= borrowed.before + lacking) {
                return borrowed;
            }
        } catch (ErrnoException refused) {
            obstacle = String.valueOf(refused.getMessage());
        }
        borrowed.close();
        return Assumptions.abort(
                "the host lends no %d huge pages of %s: %s".formatted(pages, size.label(), obstacle));
    }

    long free() {
        return memory.freeHugePages(size);
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

    @Override
    public void close() {
        try (lock) {
            if (memory.hugePages(size) > before) {
                memory.setHugePages(size, before);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
