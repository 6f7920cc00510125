package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * Turns the entry of a transparent huge page into a table of 512 entries of its frames ({@code __split_huge_pmd}). What is
 * mapped stays what it was, so that no TLB is told; listeners are, for what follows will reach a part of the page.
 *
 * <p>The kernel lays the table by when it maps the page, and so never fails here; the model makes it now and may answer ENOMEM.
 */
final class HugeSplit {
    private static final long BYTES = 1L << Entries.PMD_SHIFT;

    private final MemoryDescriptor space;
    private final PageTable pageTable;
    private final TableMemory tables;

    HugeSplit(MemoryDescriptor space) {
        this.space = space;
        this.pageTable = space.pageTable();
        this.tables = pageTable.memory();
    }

    /**
     * Whether an entry maps 2M whose {@code struct page}s count each for itself: anonymous memory. The huge pages that
     * subsystems hand out count together, and a device's say so in their entry.
     */
    boolean isTransparent(long entry) {
        return Entries.has(entry, Entries.HUGE) && !Entries.has(entry, Entries.SPECIAL | Entries.DEVMAP)
                && space.platform().memmap().isPresent(Entries.pfn(entry))
                && !space.platform().memmap().isCompound(Entries.pfn(entry));
    }

    /**
     * {@code vma_adjust_trans_huge}: no huge page shall reach over an address. With the mmap lock held exclusively.
     *
     * @throws ErrnoException ENOMEM where no frame is left for the table
     */
    void at(long address) {
        if ((address & BYTES - 1) == 0) {
            return;
        }
        WalkCursor cursor = space.processors().current().cursor;
        pageTable.walk(address, cursor);
        if (cursor.shift == Entries.PMD_SHIFT && isTransparent(cursor.entry)) {
            require(cursor.location, address);
        }
    }

    /** The same of an entry that was found already. */
    void require(long location, long address) {
        if (!split(location, address)) {
            throw new ErrnoException(Errno.ENOMEM,
                    "no frame is left for the page table at 0x%x, whose huge page must be split".formatted(address));
        }
    }

    /** False where no frame is left for the table. Another that splits the same page at once is no failure. */
    boolean split(long location, long address) {
        long table = tables.allocate();
        if (table == 0) {
            return false;
        }
        long start = address & -BYTES;
        space.notifiers().begin(start, start + BYTES);
        try {
            for (long entry = tables.get(location); isTransparent(entry); entry = tables.get(location)) {
                fill(table, entry & ~Entries.HUGE);
                if (tables.compareAndSet(location, entry, Entries.table(table))) {
                    pageTable.pageMade();
                    space.counters().mapped(Entries.PMD_SHIFT, -1);
                    space.counters().mapped(Entries.PTE_SHIFT, Entries.ENTRIES_PER_TABLE);
                    return true;
                }
            }
        } finally {
            space.notifiers().end(start, start + BYTES);
        }
        tables.release(table);
        return true;
    }

    private void fill(long table, long first) {
        for (long offset = 0; offset < BYTES; offset += AddressRange.PAGE_BYTES) {
            tables.set(TableMemory.location(table, offset, Entries.PTE_SHIFT), first + offset);
        }
    }
}
