package org.dmemfs.linux.native_;

import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostAddressSpace;
import org.dmemfs.linux.HostAddressSpaces;
import org.dmemfs.linux.HostFile;
import org.dmemfs.linux.HostProtection;

/** The memory calls of a Linux host. */
final class LinuxAddressSpaces implements HostAddressSpaces {
    private static final int PROT_NONE = 0;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private final LibC libc;
    private final boolean[] taken = new boolean[LowAddresses.PLACES];

    private LinuxAddressSpaces(LibC libc) {
        this.libc = libc;
    }

    /**
     * The facility, tested: a page of a file is mapped, written, read through a second mapping and unmapped; then its
     * place stays empty, whatever is asked of the host.
     *
     * @throws ErrnoException where the host lacks it, with why
     */
    static LinuxAddressSpaces pass() {
        MemorySelfTest.requireLinux();
        LibC libc = new LibC();
        LinuxAddressSpaces spaces = new LinuxAddressSpaces(libc);
        long page = PageSize.SIZE_4K.bytes();
        Set<HostProtection> readWrite = Set.of(HostProtection.READ, HostProtection.WRITE);
        try (HostAddressSpace space = spaces.reserve(4 * page, PageSize.SIZE_4K);
                HostFile file = spaces.create("dmem-self-test", PageSize.SIZE_4K)) {
            file.truncate(page);
            MemorySelfTest.require(file.bytes() == page, "a file of one page has " + file.bytes() + " bytes");
            space.mmap(0, page, readWrite, true, file, 0);
            space.mmap(2 * page, page, readWrite, true, file, 0);
            space.store(8, 0x646d656dL);
            MemorySelfTest.require(space.load(2 * page + 8) == 0x646d656dL, "two mappings of one page differ");
            space.munmap(0, page);
            MemorySelfTest.require(faults(space), "an unmapped page can be read");
            MemorySelfTest.require(space.mappings().size() == 1, "/proc/self/maps shows " + space.mappings());
            long other = HostAnswer.check(libc.mmap(0, page, PROT_NONE, MAP_PRIVATE_ANONYMOUS, -1, 0), "mmap");
            HostAnswer.check(libc.munmap(other, page), "munmap");
            MemorySelfTest.require(!LowAddresses.contain(other),
                    "the host maps for others where holes must stay holes");
        }
        return spaces;
    }

    private static boolean faults(HostAddressSpace space) {
        try {
            space.load(8);
            return false;
        } catch (ErrnoException fault) {
            return fault.errno() == Errno.EFAULT;
        }
    }

    @Override
    public HostAddressSpace reserve(long bytes, PageSize alignment) {
        Extent.size("the size of the address space", bytes, alignment);
        if (bytes > LowAddresses.PLACE_BYTES) {
            throw new ErrnoException(Errno.EINVAL, "the size of the address space, " + MemorySize.format(bytes)
                    + ", is more than " + MemorySize.format(LowAddresses.PLACE_BYTES));
        }
        synchronized (taken) {
            long base = LowAddresses.claim(libc, bytes, taken);
            return new LowAddressSpace(libc, base, bytes, alignment, () -> giveBack(base));
        }
    }

    private void giveBack(long base) {
        synchronized (taken) {
            LowAddresses.giveBack(base, taken);
        }
    }

    @Override
    public HostFile create(String name, PageSize backing) {
        return ResizableFile.create(libc, name, backing);
    }
}
