package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;

/**
 * The pool's static table of regions. As posted it is two pages large, which is 93 regions, and 85 once each has a
 * pointer to its reference counts (patch 35 of V2); on a machine whose memory is cut into more pieces the rest stays
 * with the kernel. Repaired, it grows.
 */
@Patch(v1 = 2, v2 = 2)
final class RegionTable {
    private final int capacity;
    private final List<DmemRegion> regions = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    RegionTable(SeriesVersion series) {
        capacity = switch (series) {
            case REPAIRED -> Integer.MAX_VALUE;
            case V2 -> 85;
            case V1 -> 93;
        };
        if (series != SeriesVersion.REPAIRED) {
            notices.add("dmem: the table has room for " + capacity + " regions");
        }
    }

    /** Adds a region; false where the table is full (ENOMEM in the kernel, which ends the walk). */
    boolean register(int node, long start, long end) {
        if (regions.size() == capacity) {
            notices.add(
                    "dmem: the table is full with %d regions: 0x%x-0x%x of node %d and all below stays with the kernel"
                            .formatted(capacity, start, end - 1, node));
            return false;
        }
        notices.add("dmem: node %d: region 0x%x-0x%x, %s".formatted(node, start, end - 1,
                MemorySize.format(end - start)));
        regions.add(new DmemRegion(node, start, end));
        return true;
    }

    void notice(String line) {
        notices.add(line);
    }

    List<DmemRegion> regions() {
        return List.copyOf(regions);
    }

    List<String> notices() {
        return List.copyOf(notices);
    }
}
