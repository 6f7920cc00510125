package org.dmemfs.core.pool;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.Patch;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;

/** The regions of the machine, fixed once the late check has passed ({@code dmem_late_init}, {@code is_dmem_pfn}). */
@Patch(v1 = 22, v2 = 22)
final class RegisteredRegions {
    private static final int SECTION_SHIFT = 27;

    private final List<DmemRegion> regions;
    private final boolean checked;
    private final long[] startPfns;
    private final long[] endPfns;

    private RegisteredRegions(List<DmemRegion> regions, boolean checked) {
        this.regions = regions;
        this.checked = checked;
        DmemRegion[] ascending = regions.stream()
                .sorted((left, right) -> Long.compare(left.startPhysicalAddress(), right.startPhysicalAddress()))
                .toArray(DmemRegion[]::new);
        startPfns = Arrays.stream(ascending).mapToLong(region -> region.startPhysicalAddress() >> 12).toArray();
        endPfns = Arrays.stream(ascending).mapToLong(region -> region.endPhysicalAddress() >> 12).toArray();
    }

    /** Facts 1.8: no frame of a region may have a struct page, else all regions are dropped; asked once per section. */
    static RegisteredRegions of(Reservation reservation, KernelLog log) {
        for (DmemRegion region : reservation.regions()) {
            for (long address = region.startPhysicalAddress(); address < region
                    .endPhysicalAddress(); address += 1L << SECTION_SHIFT) {
                FrameKind kind = reservation.memoryMap().kindOf(address >> 12);
                if (kind != FrameKind.DMEM) {
                    log.warn("dmem: pfn 0x%x of the region %s is valid or not there: it is %s".formatted(address >> 12,
                            region, kind));
                    log.error("dmem: init failed: -22, all regions are dropped");
                    return new RegisteredRegions(List.of(), false);
                }
            }
        }
        return new RegisteredRegions(reservation.regions(), true);
    }

    List<DmemRegion> all() {
        return regions;
    }

    /** Whether the late check has passed. */
    boolean checked() {
        return checked;
    }

    NodeMask nodes() {
        return NodeMask.of(regions.stream().map(DmemRegion::node).collect(Collectors.toSet()));
    }

    List<DmemRegion> on(int node) {
        return regions.stream().filter(region -> region.node() == node).toList();
    }

    long registeredPages() {
        return regions.stream().mapToLong(region -> region.bytes() >> 12).sum();
    }

    boolean contains(long pfn) {
        int place = Arrays.binarySearch(startPfns, pfn);
        int region = place >= 0 ? place : -place - 2;
        return region >= 0 && pfn < endPfns[region];
    }
}
