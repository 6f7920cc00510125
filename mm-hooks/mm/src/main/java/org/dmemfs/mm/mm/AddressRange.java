package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * A range that a system call was given, in whole pages.
 *
 * @param start first virtual address, a multiple of 4K
 * @param end first virtual address after it, a multiple of 4K
 */
record AddressRange(long start, long end) {
    static final long PAGE_BYTES = 1L << Entries.PTE_SHIFT;

    /** A range whose start must be a multiple of 4K. */
    static AddressRange aligned(long virtualAddress, long bytes) {
        if (virtualAddress % PAGE_BYTES != 0 || virtualAddress < 0) {
            throw new ErrnoException(Errno.EINVAL, "the address 0x%x is no multiple of 4K".formatted(virtualAddress));
        }
        long length = pages(bytes);
        if (bytes < 0 || virtualAddress > Long.MAX_VALUE - length) {
            throw new ErrnoException(Errno.EINVAL,
                    "%d bytes at 0x%x are not a range".formatted(bytes, virtualAddress));
        }
        return new AddressRange(virtualAddress, virtualAddress + length);
    }

    /** The pages that a range of bytes touches. */
    static AddressRange touching(long virtualAddress, long bytes) {
        if (virtualAddress < 0 || bytes < 0 || virtualAddress > Long.MAX_VALUE - PAGE_BYTES - bytes) {
            throw new ErrnoException(Errno.EINVAL,
                    "%d bytes at 0x%x are not a range".formatted(bytes, virtualAddress));
        }
        long start = virtualAddress & -PAGE_BYTES;
        return new AddressRange(start, pages(virtualAddress + bytes));
    }

    /** A length rounded up to whole pages. */
    static long pages(long bytes) {
        if (bytes > Long.MAX_VALUE - PAGE_BYTES) {
            throw new ErrnoException(Errno.ENOMEM, "a length of " + bytes + " bytes fits no address space");
        }
        return bytes + PAGE_BYTES - 1 & -PAGE_BYTES;
    }

    boolean isEmpty() {
        return start == end;
    }

    long bytes() {
        return end - start;
    }

    boolean overlaps(AddressRange other) {
        return start < other.end && other.start < end;
    }
}
