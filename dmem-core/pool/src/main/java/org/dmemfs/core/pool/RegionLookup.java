package org.dmemfs.core.pool;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the region that has a dpage at an address, where the series walks all nodes and regions. Fixed; no lock. */
final class RegionLookup {
    private final DpageRegion[] regions;
    private final long[] starts;

    RegionLookup(List<DpageNode> nodes) {
        regions = nodes.stream().flatMap(node -> List.of(node.regions()).stream())
                .sorted(Comparator.comparingLong(DpageRegion::startPhysicalAddress)).toArray(DpageRegion[]::new);
        starts = new long[regions.length];
        for (int place = 0; place < regions.length; place++) {
            starts[place] = regions[place].startPhysicalAddress();
        }
    }

    /** The region, or null where no dpage has the address. */
    @Nullable
    DpageRegion region(long physicalAddress) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= physicalAddress) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high >= 0 && regions[high].indexOf(physicalAddress) >= 0 ? regions[high] : null;
    }

    List<DpageRegion> regions() {
        return List.of(regions);
    }
}
