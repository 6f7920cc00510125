package org.dmemfs.core.pool;

import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.dmemfs.kernel.PageSize;

/**
 * Which memory of a machine has ever been in an owner's hands since it was last cleaned, by 2M: what outlasts one page
 * size and one pool. Only while no operation is under way.
 */
final class DirtyMemory {
    private static final int SHIFT = PageSize.SIZE_2M.shift();
    private static final int CHUNKS_PER_TERABYTE_SHIFT = 40 - SHIFT;

    private final TreeMap<Long, BitSet> byTerabyte = new TreeMap<>();

    synchronized void remember(List<DpageRegion> regions, PageSize pageSize) {
        for (DpageRegion region : regions) {
            DpageStates states = region.states();
            for (long index = states.nextWritten(0); index >= 0; index = states.nextWritten(index + 1)) {
                long start = region.physicalAddressOf(index);
                mark(start >> SHIFT, (start + pageSize.bytes() - 1) >> SHIFT);
            }
        }
    }

    private void mark(long first, long last) {
        for (long chunk = first; chunk <= last; chunk++) {
            byTerabyte.computeIfAbsent(chunk >> CHUNKS_PER_TERABYTE_SHIFT, terabyte -> new BitSet())
                    .set((int) (chunk & (1L << CHUNKS_PER_TERABYTE_SHIFT) - 1));
        }
    }

    /** Marks the dpages that have such memory. */
    synchronized void markIn(DpageRange range, PageSize pageSize, DpageStates states) {
        long start = range.firstDpage() << pageSize.shift();
        long end = start + (range.dpages() << pageSize.shift());
        byTerabyte.forEach((terabyte, chunks) -> chunks.stream().forEach(chunk -> {
            long from = ((terabyte << CHUNKS_PER_TERABYTE_SHIFT) + chunk) << SHIFT;
            long to = Math.min(end, from + (1L << SHIFT));
            for (long address = Math.max(start,
                    from); address < to; address = ((address >> pageSize.shift()) + 1) << pageSize.shift()) {
                states.markDirty((address >> pageSize.shift()) - range.firstDpage());
            }
        }));
    }
}
