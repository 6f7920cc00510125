package org.dmemfs.mm.mm;

/**
 * Takes the entries of a range out ({@code unmap_page_range}). Entries are cleared one by one with compare-and-set, so that
 * it may meet faults and other zaps; the tables stay.
 */
final class RangeZap {
    private final MemoryDescriptor space;
    private final PageTable pageTable;
    private final TableMemory tables;
    private final HugeSplit split;

    RangeZap(MemoryDescriptor space) {
        this.space = space;
        this.pageTable = space.pageTable();
        this.tables = pageTable.memory();
        this.split = new HugeSplit(space);
    }

    /**
     * Zaps a range within one VMA.
     *
     * @param widen whether a huge entry that the range has a part of goes as a whole, as a file's unmap may do; otherwise that
     *        is the kernel's VM_BUG_ON for an entry without {@code struct page}; a transparent huge page is split
     * @throws org.dmemfs.kernel.ErrnoException ENOMEM where no frame is left for a split
     */
    void zap(long start, long end, Hooks hooks, ZapBatch batch, boolean widen) {
        long top = pageTable.top();
        if (top != 0) {
            zapTable(top, pageTable.topShift(), start, end, hooks, batch, widen);
        }
    }

    private void zapTable(long table, int shift, long start, long end, Hooks hooks, ZapBatch batch, boolean widen) {
        long span = 1L << shift;
        for (long address = start; address < end;) {
            long next = Math.min(end, (address & -span) + span);
            long location = TableMemory.location(table, address, shift);
            long entry = tables.get(location);
            if (entry != 0) {
                boolean part = next - address != span && !widen;
                if (part && shift == Entries.PMD_SHIFT && split.isTransparent(entry)) {
                    split.require(location, address);
                    entry = tables.get(location);
                }
                if (shift == Entries.PTE_SHIFT) {
                    zapPte(location, batch);
                } else if (Entries.has(entry, Entries.HUGE)) {
                    zapHuge(location, entry, shift, !part, hooks, batch);
                } else {
                    zapTable(Entries.pfn(entry), shift - Entries.BITS_PER_LEVEL, address, next, hooks, batch, widen);
                }
            }
            address = next;
        }
    }

    private void zapPte(long location, ZapBatch batch) {
        long entry = tables.clear(location);
        if (!Entries.isPresent(entry)) {
            // Nothing, or the note that a page was lost here.
            return;
        }
        batch.entryGone(Entries.PTE_SHIFT);
        if (!Entries.has(entry, Entries.SPECIAL | Entries.DEVMAP)) {
            batch.page(Entries.pfn(entry));
        }
    }

    /** {@code zap_pmd_range} and {@code zap_huge_pmd}, with the places of patches 15 and 17, and 27 at PUD. */
    private void zapHuge(long location, long entry, int shift, boolean whole, Hooks hooks, ZapBatch batch) {
        LevelHooks level = hooks.level(shift);
        boolean taken = level.isKnownHuge(entry) || level.zap().test(entry);
        if (taken && !whole) {
            throw KernelOops
                    .bug("kernel BUG at mm/huge_memory.c: VM_BUG_ON, a part of the huge entry at %016x is unmapped"
                            .formatted(location), "zap_pmd_range");
        }
        if (taken && (level.isKnownHuge(entry) || level.lock().test(entry))) {
            long gone = tables.clear(location);
            if (gone != 0) {
                batch.entryGone(shift);
                if (shift == Entries.PMD_SHIFT && split.isTransparent(gone)) {
                    batch.hugePage(Entries.pfn(gone));
                } else if (!Entries.has(gone, Entries.DEVMAP)
                        && space.platform().memmap().isCompound(Entries.pfn(gone))) {
                    batch.page(Entries.pfn(gone));
                }
            }
            return;
        }
        // The kernel without the patch: a table with bits that no table has. Cleared, and no TLB is told.
        if (tables.compareAndSet(location, entry, 0)) {
            BadEntry.log(space.platform().log(), shift, location, entry);
            space.counters().mapped(shift, -1);
        }
    }
}
