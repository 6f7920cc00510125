package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.DmaMap;
import org.jspecify.annotations.Nullable;

/** A range of a container's iova: coming, mapped or going. What changes is guarded by the container's lock. */
final class MapSlot {
    private final MapRequest request;
    private final HoldRule rule;
    private final long lockedBytes;
    private @Nullable DmaMap map;

    MapSlot(MapRequest request, HoldRule rule, long lockedBytes) {
        this.request = request;
        this.rule = rule;
        this.lockedBytes = lockedBytes;
    }

    MapRequest request() {
        return request;
    }

    HoldRule rule() {
        return rule;
    }

    /** What it pins of memory with a {@code struct page}. */
    long lockedBytes() {
        return lockedBytes;
    }

    /** The map, or null while it is coming or going. */
    @Nullable
    DmaMap map() {
        return map;
    }

    void mapped(EntryCounts counts, long references) {
        map = new DmaMap(request.iova(), request.virtualAddress(), request.bytes(), request.permissions(),
                counts.of(PageSize.SIZE_4K), counts.of(PageSize.SIZE_2M),
                counts.of(PageSize.SIZE_1G), references);
    }

    void going() {
        map = null;
    }
}
