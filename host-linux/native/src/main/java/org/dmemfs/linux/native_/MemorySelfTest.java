package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.nio.file.Path;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;

/** Whether this host's memory facility does what its contract says, found by doing it. */
final class MemorySelfTest {
    private MemorySelfTest() {
    }

    /**
     * The facility, tested.
     *
     * @throws ErrnoException where the host lacks it, with why
     */
    static HostMemory pass() {
        requireLinux();
        LibC libc = new LibC();
        require(libc.pageSize() == PageSize.SIZE_4K.bytes(),
                "the host's page is " + libc.pageSize() + " bytes, not 4096");
        HostMemory memory = new LinuxMemory(libc, new HugetlbPool(Path.of("/sys/kernel/mm/hugepages")),
                new MemoryHeadroom(Path.of("/")), new MappingBudget(Path.of("/proc/sys/vm/max_map_count")));
        long page = PageSize.SIZE_4K.bytes();
        try (SharedMemory file = memory.createSparse("dmem-self-test", 2 * page);
                AddressWindow window = memory.reserve(2 * page, PageSize.SIZE_4K)) {
            window.map(0, file, page, page);
            window.map(page, file, page, page);
            require(window.segment().get(JAVA_LONG, 0) == 0, "fresh shared memory is not zero");
            window.segment().set(JAVA_LONG, 8, 0x646d656dL);
            require(window.segment().get(JAVA_LONG, page + 8) == 0x646d656dL, "two mappings of one page differ");
            require(file.allocatedBytes() == page, "one touched page counts as " + file.allocatedBytes() + " bytes");
            file.punch(page, page);
            require(window.segment().get(JAVA_LONG, 8) == 0, "a punched page is not zero");
            window.revoke(0, 2 * page);
        }
        return memory;
    }

    static void requireLinux() {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new ErrnoException(Errno.ENOSYS, "the host is " + System.getProperty("os.name") + ", not Linux");
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ErrnoException(Errno.EIO, otherwise);
        }
    }
}
