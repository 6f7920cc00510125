package org.dmemfs.mm.mm;

/**
 * Takes out the tables that no VMA needs any more ({@code free_pgtables}). With the mmap lock held exclusively, the range
 * zapped and its VMAs out of every file's list, nobody but lock-free walkers sees them; those the batch waits for.
 */
final class TableRelease {
    private final PageTable pageTable;
    private final TableMemory tables;

    TableRelease(PageTable pageTable) {
        this.pageTable = pageTable;
        this.tables = pageTable.memory();
    }

    /**
     * Releases what lies wholly between two VMAs.
     *
     * @param start of the unmapped range
     * @param end of the unmapped range
     * @param floor end of the VMA before, or 0
     * @param ceiling start of the VMA after, or the highest address
     */
    void release(long start, long end, long floor, long ceiling, ZapBatch batch) {
        long top = pageTable.top();
        if (top != 0) {
            release(top, pageTable.topShift(), start, end, floor, ceiling, batch);
        }
    }

    /** The top table itself goes last, when the address space does. */
    void releaseTop(ZapBatch batch) {
        long top = pageTable.top();
        if (top != 0) {
            pageTable.forgetTop();
            batch.table(top);
        }
    }

    private void release(long table, int shift, long start, long end, long floor, long ceiling, ZapBatch batch) {
        long span = 1L << shift;
        for (long address = start & -span; address < end; address += span) {
            long location = TableMemory.location(table, address, shift);
            long entry = tables.get(location);
            if (entry == 0 || Entries.has(entry, Entries.HUGE)) {
                continue;
            }
            if (shift > Entries.PMD_SHIFT) {
                release(Entries.pfn(entry), shift - Entries.BITS_PER_LEVEL, Math.max(start, address),
                        Math.min(end, address + span), floor, ceiling, batch);
            }
            if (address >= floor && address + span <= ceiling) {
                tables.clear(location);
                batch.table(Entries.pfn(entry));
            }
        }
    }
}
