package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * {@code move_page_tables} for anonymous memory, whose pages nothing but its entries knows; a huge page moves as one where the
 * target is aligned too ({@code move_huge_pmd}), else it is split. Exclusive mmap lock.
 */
final class EntryMove {
    private final MemoryDescriptor space;
    private final TableMemory tables;
    private final HugeSplit split;

    EntryMove(MemoryDescriptor space) {
        this.space = space;
        this.tables = space.pageTable().memory();
        this.split = new HugeSplit(space);
    }

    void move(AddressRange old, long target) {
        WalkCursor cursor = space.processors().current().cursor;
        space.notifiers().begin(old.start(), old.end());
        try {
            for (long address = old.start(); address < old.end();) {
                space.pageTable().walk(address, cursor);
                long span = 1L << cursor.shift;
                if (!cursor.isMapped() && !Entries.isPoisoned(cursor.entry)) {
                    address = (address & -span) + span;
                    continue;
                }
                long to = target + (address - old.start());
                if (cursor.shift != Entries.PTE_SHIFT && (to & span - 1) != 0) {
                    if (!split.isTransparent(cursor.entry)) {
                        throw new ErrnoException(Errno.EINVAL,
                                "the huge page at 0x%x cannot be moved to 0x%x".formatted(address, to));
                    }
                    split.require(cursor.location, address);
                    continue;
                }
                long location = space.pageTable().ensure(to, cursor.shift);
                if (location == PageTable.NO_MEMORY || location == PageTable.HUGE_IN_THE_WAY) {
                    throw new ErrnoException(Errno.ENOMEM, "no frame is left for the page table at 0x%x".formatted(to));
                }
                tables.set(location, tables.clear(cursor.location));
                address += span;
            }
        } finally {
            space.processors().shootDown();
            space.notifiers().end(old.start(), old.end());
        }
    }
}
