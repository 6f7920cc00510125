package org.dmemfs.core.pool;

import org.dmemfs.core.RegionAllocator;
import org.jspecify.annotations.Nullable;

/** One number over all allocation bits, region by region, and all poison bits: equal where every bit is. */
final class AllocationDigest {
    private static final long SEED = 0x9e3779b97f4a7c15L;

    private AllocationDigest() {
    }

    static long of(@Nullable Carving carving, BadFrames badFrames) {
        long digest = SEED;
        if (carving != null) {
            for (DpageRegion region : carving.lookup().regions()) {
                digest = mixed(digest, region.startPhysicalAddress());
                RegionAllocator allocator = region.allocator();
                long dpages = region.range().dpages();
                for (long at = 0; at < dpages;) {
                    long dpage = allocator.nextTaken(at);
                    if (dpage < 0) {
                        break;
                    }
                    long index = dpage >> 6;
                    digest = mixed(mixed(digest, index), allocator.takenWord(index));
                    at = index + 1 << 6;
                }
            }
        }
        for (long pfn : badFrames.all()) {
            digest = mixed(digest, pfn);
        }
        return digest;
    }

    private static long mixed(long digest, long value) {
        long mixed = (digest ^ value) * 0xbf58476d1ce4e5b9L;
        return mixed ^ mixed >>> 29;
    }
}
