package org.dmemfs.core.pool;

import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** One number over all allocation bits, region by region, and all poison bits: equal where every bit is. */
final class AllocationDigest {
    private static final long SEED = 0x9e3779b97f4a7c15L;

    private AllocationDigest() {
    }

    static long of(@Nullable Carving carving, Function<DpageRegion, LongUnaryOperator> nextTaken, BadFrames badFrames) {
        long digest = SEED;
        if (carving != null) {
            for (DpageRegion region : carving.lookup().regions()) {
                digest = mixed(digest, region.startPhysicalAddress());
                LongUnaryOperator next = nextTaken.apply(region);
                for (long dpage = next.applyAsLong(0); dpage >= 0; dpage = next.applyAsLong(dpage + 1)) {
                    digest = mixed(digest, dpage);
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
