package org.dmemfs.core.pool;

import org.dmemfs.core.RegionAllocator;
import org.dmemfs.kernel.PageSize;

/**
 * A region that is cut into dpages: their states, and the allocator that finds the free ones. The allocator is exchanged
 * only while no operation is under way.
 */
final class DpageRegion implements AutoCloseable {
    private final DpageRange range;
    private final int shift;
    private final DpageStates states;
    private final NodeCounters counters;
    private RegionAllocator allocator;

    DpageRegion(DpageRange range, PageSize pageSize, NodeCounters counters, DpageStates states,
            RegionAllocator allocator) {
        this.range = range;
        this.shift = pageSize.shift();
        this.states = states;
        this.counters = counters;
        this.allocator = allocator;
    }

    DpageRange range() {
        return range;
    }

    DpageStates states() {
        return states;
    }

    /** Its node's. */
    NodeCounters counters() {
        return counters;
    }

    RegionAllocator allocator() {
        return allocator;
    }

    void serveBy(RegionAllocator next) {
        allocator = next;
    }

    long startPhysicalAddress() {
        return range.firstDpage() << shift;
    }

    /** The place of the dpage that has an address, or -1 where the region has none. */
    long indexOf(long physicalAddress) {
        long index = (physicalAddress >> shift) - range.firstDpage();
        return index >= 0 && index < range.dpages() ? index : -1;
    }

    long physicalAddressOf(long index) {
        return (range.firstDpage() + index) << shift;
    }

    /** No reference is left: back to the allocator, unless a frame of it is bad. Returns whether it is free. */
    boolean release(long index, int state) {
        if (DpageStates.isBad(state)) {
            return false;
        }
        allocator.give(index);
        return true;
    }

    @Override
    public void close() {
        allocator.close();
        states.close();
    }
}
