package org.dmemfs.core.pool;

import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.RegionAllocator;

/** The dpages of one node ({@code dmem_node}): its regions in the order of registration, and what is counted of them. */
final class DpageNode {
    private final int node;
    private final NodeCounters counters;
    private final DpageRegion[] regions;
    private final long total;

    DpageNode(int node, NodeCounters counters, DpageRegion[] regions) {
        this.node = node;
        this.counters = counters;
        this.regions = regions;
        this.total = free();
    }

    int node() {
        return node;
    }

    NodeCounters counters() {
        return counters;
    }

    DpageRegion[] regions() {
        return regions;
    }

    long total() {
        return total;
    }

    long free() {
        long free = 0;
        for (DpageRegion region : regions) {
            free += region.allocator().free();
        }
        return free;
    }

    long longestFreeRun() {
        long longest = 0;
        for (DpageRegion region : regions) {
            RegionAllocator allocator = region.allocator();
            longest = Math.max(longest, allocator.free() == 0 ? 0 : allocator.longestFreeRun());
        }
        return longest;
    }

    NodeUsage usage(long held) {
        return new NodeUsage(node, total, free(), held + counters.withoutHolder().sum(), counters.pinned().sum(),
                counters.retired().sum(), longestFreeRun());
    }
}
