package org.dmemfs.core.pool;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;

/**
 * The dpages of a region: its ends rounded inwards to whole dpages.
 *
 * @param firstDpage number of the first, its physical address divided by the page size
 * @param dpages how many
 * @param unalignedPages 4K frames of the region that are in none of them, as they are counted
 * @param underflowed the posted code would take it for a region of almost 2^64 dpages
 */
record DpageRange(long firstDpage, long dpages, long unalignedPages, boolean underflowed) {
    static DpageRange of(DmemRegion region, PageSize pageSize, SeriesVersion series) {
        long first = (region.startPhysicalAddress() + pageSize.bytes() - 1) >> pageSize.shift();
        long end = region.endPhysicalAddress() >> pageSize.shift();
        long pages = region.bytes() >> 12;
        if (end > first) {
            return new DpageRange(first, end - first, pages - (end - first) * pageSize.naturePages(), false);
        }
        // 12.2.1: a region strictly inside one dpage has its end below its start once both are rounded.
        if (series == SeriesVersion.REPAIRED) {
            return new DpageRange(first, 0, pages, false);
        }
        return new DpageRange(first, 0, 0, end < first);
    }
}
