package org.dmemfs.mm.mm;

/** Where a walk ended: the lowest entry that was looked at. Reused, so that walks make no garbage. */
final class WalkCursor {
    /** The location of the entry; 0 where there is no table at all. */
    long location;
    /** The entry; not present where nothing is mapped. */
    long entry;
    /** 12, 21, 30, 39 or 48: the level of the entry. */
    int shift;
    /** The frame of the table of 2M entries that was passed; known where the walk came that far. */
    long pmdTable;

    boolean isMapped() {
        return Entries.isPresent(entry);
    }

    /** The 4K frame behind an address that the entry maps. */
    long pfn(long virtualAddress) {
        return pfn(entry, shift, virtualAddress);
    }

    static long pfn(long entry, int shift, long virtualAddress) {
        return Entries.pfn(entry) + (virtualAddress >>> Entries.PTE_SHIFT & (1L << shift - Entries.PTE_SHIFT) - 1);
    }

    long physicalAddress(long virtualAddress) {
        return Entries.physicalAddress(entry) + (virtualAddress & (1L << shift) - 1);
    }
}
