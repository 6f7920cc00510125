package org.dmemfs.core.pool;

import org.dmemfs.core.RegionAllocator;

/**
 * 12.2.1, as V1 posted it: a region strictly inside one dpage is taken for one of almost 2^64 dpages, and what it gives
 * out lies outside of it.
 */
final class UnderflowedAllocator implements RegionAllocator {
    private final Oops oops;
    private final DpageRange range;
    private final int shift;

    UnderflowedAllocator(Oops oops, DpageRange range, int shift) {
        this.oops = oops;
        this.range = range;
        this.shift = shift;
    }

    @Override
    public long take() {
        throw oops.pageFault(range.firstDpage() << shift, "dmem_alloc_pages_nodemask",
                "the region underflowed and would give out memory outside of it");
    }

    @Override
    public long takeRun(int tryMax) {
        return take();
    }

    @Override
    public void give(long dpage) {
        throw oops.pageFault(range.firstDpage() << shift, "dmem_free_pages", "no dpage is in the region");
    }

    @Override
    public boolean disable(long dpage) {
        return false;
    }

    @Override
    public boolean isTaken(long dpage) {
        return true;
    }

    @Override
    public long nextTaken(long dpage) {
        return -1;
    }

    /** The difference of the ends: the totals wrap by it. */
    @Override
    public long free() {
        return -1;
    }

    @Override
    public long recountFree() {
        return free();
    }

    @Override
    public long longestFreeRun() {
        return 0;
    }

    @Override
    public long metadataBytes() {
        return 0;
    }

    @Override
    public void close() {
        // It has nothing.
    }
}
