package org.dmemfs.kvm.hostkvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.junit.jupiter.api.Assumptions;

/** Huge pages of 2M that a test borrows from the host and gives back, while no other test of this host does. */
final class BorrowedHugePages implements AutoCloseable {
    private final FileChannel lock;
    private final long before = Host.memory().hugePages(PageSize.SIZE_2M);

    private BorrowedHugePages(FileChannel lock) {
        this.lock = lock;
    }

    static BorrowedHugePages take(long pages) {
        Assumptions.assumeTrue(Host.kvm() != null, "/dev/kvm of this host makes no machine");
        BorrowedHugePages borrowed = new BorrowedHugePages(lock());
        String obstacle = "its pool did not grow";
        try {
            long wanted = borrowed.before + pages - Host.memory().freeHugePages(PageSize.SIZE_2M);
            if (wanted <= borrowed.before || Host.memory().setHugePages(PageSize.SIZE_2M, wanted) >= wanted) {
                return borrowed;
            }
        } catch (ErrnoException refused) {
            obstacle = String.valueOf(refused.getMessage());
        }
        borrowed.close();
        return Assumptions.abort("the host lends no " + pages + " huge pages of 2M: " + obstacle);
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
            if (Host.memory().hugePages(PageSize.SIZE_2M) > before) {
                Host.memory().setHugePages(PageSize.SIZE_2M, before);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
