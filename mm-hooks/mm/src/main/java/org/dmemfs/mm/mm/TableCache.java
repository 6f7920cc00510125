package org.dmemfs.mm.mm;

/**
 * Where the tables of the 2M entries are, one per gigabyte: the paging-structure cache of a processor. What was put under one
 * generation is not found under another, and a table is released only after the generation has changed.
 */
final class TableCache {
    static final long NONE = 0;
    private static final int SLOTS = 16;
    private static final int REGION = 0;
    private static final int TABLE = 1;
    private static final int GENERATION = 2;
    private static final int STRIDE_BITS = 2;

    private final long[] slots = new long[SLOTS << STRIDE_BITS];

    /** The frame of the table that has the 2M entry of an address, or {@link #NONE}. */
    long find(long virtualAddress, long generation) {
        long region = virtualAddress >>> Entries.PUD_SHIFT;
        int slot = slot(region);
        return slots[slot + REGION] == region && slots[slot + GENERATION] == generation ? slots[slot + TABLE] : NONE;
    }

    void put(long virtualAddress, long tablePfn, long generation) {
        long region = virtualAddress >>> Entries.PUD_SHIFT;
        int slot = slot(region);
        slots[slot + REGION] = region;
        slots[slot + TABLE] = tablePfn;
        slots[slot + GENERATION] = generation;
    }

    private static int slot(long region) {
        return ((int) region & SLOTS - 1) << STRIDE_BITS;
    }
}
