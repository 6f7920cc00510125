package org.dmemfs.mm.mm;

import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.MapFlag;

/** Where a new mapping goes: {@code get_unmapped_area}, top-down, with the alignment that a file wants (patch 24). */
final class Placement {
    private static final long PAGE_BYTES = 1L << Entries.PTE_SHIFT;
    /** What stays free below the top for the stack ({@code MIN_GAP}). */
    private static final long STACK_GAP = 128L << 20;
    /** {@code vm.mmap_min_addr}. */
    private static final long LOWEST = 1L << 16;

    private final long taskSize;

    Placement(long taskSize) {
        this.taskSize = taskSize;
    }

    long place(VmaTree vmas, long hint, long bytes, Set<MapFlag> flags, long alignment) {
        if (bytes > taskSize) {
            throw new ErrnoException(Errno.ENOMEM,
                    "%d bytes do not fit into the %d of an address space".formatted(bytes, taskSize));
        }
        if (bytes % alignment != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the length of %d bytes is no multiple of the file's page size, %d".formatted(bytes, alignment));
        }
        if (flags.contains(MapFlag.FIXED)) {
            return fixed(hint, bytes, alignment);
        }
        long padded = alignment == PAGE_BYTES ? bytes : bytes + alignment;
        long wanted = hint + PAGE_BYTES - 1 & -PAGE_BYTES;
        long found = hint > 0 && wanted >= LOWEST && wanted <= taskSize - padded && vmas.isFree(wanted, wanted + padded)
                ? wanted
                : highestGap(vmas, padded);
        return found + alignment - 1 & -alignment;
    }

    private long fixed(long address, long bytes, long alignment) {
        if (address % alignment != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the address 0x%x is no multiple of the page size, %d".formatted(address, alignment));
        }
        if (address < 0 || address > taskSize - bytes) {
            throw new ErrnoException(Errno.ENOMEM,
                    "%d bytes at 0x%x do not end below 0x%x".formatted(bytes, address, taskSize));
        }
        if (address < LOWEST) {
            throw new ErrnoException(Errno.EPERM,
                    "the address 0x%x lies below 0x%x, which no mapping may use".formatted(address, LOWEST));
        }
        return address;
    }

    private long highestGap(VmaTree vmas, long bytes) {
        long top = taskSize - STACK_GAP;
        for (int index = vmas.size() - 1; index >= -1; index--) {
            long bottom = index >= 0 ? vmas.get(index).end() : LOWEST;
            if (top - Math.max(bottom, LOWEST) >= bytes) {
                return top - bytes & -PAGE_BYTES;
            }
            if (index >= 0) {
                top = Math.min(top, vmas.get(index).start());
            }
        }
        throw new ErrnoException(Errno.ENOMEM, "no gap of %d bytes is left in the address space".formatted(bytes));
    }
}
