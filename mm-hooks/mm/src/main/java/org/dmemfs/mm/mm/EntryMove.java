package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** {@code move_page_tables} for anonymous memory, whose pages nothing but its entries knows. Exclusive mmap lock. */
final class EntryMove {
    private final MemoryDescriptor space;
    private final TableMemory tables;

    EntryMove(MemoryDescriptor space) {
        this.space = space;
        this.tables = space.pageTable().memory();
    }

    void move(AddressRange old, long target) {
        WalkCursor cursor = space.processors().current().cursor;
        space.notifiers().begin(old.start(), old.end());
        try {
            for (long address = old.start(); address < old.end();) {
                space.pageTable().walk(address, cursor);
                long span = 1L << cursor.shift;
                if (cursor.isMapped()) {
                    long location = space.pageTable().ensure(target + (address - old.start()), Entries.PTE_SHIFT);
                    if (location == PageTable.NO_MEMORY || location == PageTable.HUGE_IN_THE_WAY) {
                        throw new ErrnoException(Errno.ENOMEM,
                                "no frame is left for the page table at 0x%x".formatted(target));
                    }
                    tables.set(location, tables.clear(cursor.location));
                    address += AddressRange.PAGE_BYTES;
                } else {
                    address = (address & -span) + span;
                }
            }
        } finally {
            space.processors().shootDown();
            space.notifiers().end(old.start(), old.end());
        }
    }
}
