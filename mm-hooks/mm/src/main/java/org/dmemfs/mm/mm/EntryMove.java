package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * {@code move_page_tables}. A transparent huge page and a device's move as one where the target is aligned too
 * ({@code move_huge_pmd}); else the first is split, and the second stays behind, as any other huge entry of a file does:
 * the next touch finds it again. With the mmap lock held exclusively and the file's list of mappings locked.
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
                if (cursor.shift != Entries.PTE_SHIFT && !movesWhole(cursor, address, to, old.end())) {
                    if (split.isTransparent(cursor.entry)) {
                        split.require(cursor.location, address);
                    } else {
                        address = (address & -span) + span;
                    }
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

    private boolean movesWhole(WalkCursor cursor, long address, long to, long end) {
        long span = 1L << cursor.shift;
        return (split.isTransparent(cursor.entry) || Entries.has(cursor.entry, Entries.DEVMAP))
                && ((address | to) & span - 1) == 0 && address + span <= end;
    }
}
