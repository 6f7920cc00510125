package org.dmemfs.linux.native_;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/** The host's pools of huge pages, as /sys/kernel/mm/hugepages shows them. */
final class HugetlbPool {
    private final Path root;

    /** Reads the pools below a directory, on a host {@code /sys/kernel/mm/hugepages}. */
    HugetlbPool(Path root) {
        this.root = root;
    }

    long total(PageSize pageSize) {
        return count(pageSize, "nr_hugepages");
    }

    /** Reserved pages are counted as free by the host, although they are promised to a mapping. */
    long free(PageSize pageSize) {
        return Math.max(0, count(pageSize, "free_hugepages") - count(pageSize, "resv_hugepages"));
    }

    long resize(PageSize pageSize, long pages) {
        if (pages < 0) {
            throw new ErrnoException(Errno.EINVAL, "the number of huge pages, " + pages + ", is not 0 or more");
        }
        Path file = directory(pageSize).resolve("nr_hugepages");
        if (Files.notExists(file)) {
            throw new ErrnoException(Errno.EOPNOTSUPP, "the host has no huge pages of " + pageSize.label());
        }
        try {
            Files.writeString(file, Long.toString(pages));
        } catch (IOException refused) {
            throw new ErrnoException(Errno.EACCES, "this process may not change " + file
                    + "; accepted is root outside a container, or a pool reserved beforehand", refused);
        }
        return total(pageSize);
    }

    private long count(PageSize pageSize, String name) {
        Path file = directory(pageSize).resolve(name);
        if (Files.notExists(file)) {
            return 0;
        }
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException unreadable) {
            throw new ErrnoException(Errno.EIO, "no number can be read from " + file, unreadable);
        }
    }

    private Path directory(PageSize pageSize) {
        requireHuge(pageSize);
        return root.resolve("hugepages-" + pageSize.bytes() / 1024 + "kB");
    }

    static void requireHuge(PageSize pageSize) {
        if (pageSize == PageSize.SIZE_4K) {
            throw new ErrnoException(Errno.EINVAL, "the huge page size 4K is not one of 2M and 1G");
        }
    }
}
