package org.dmemfs.core.pool;

import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.WrittenMemory;

/**
 * What must be cleaned before its next owner, carried from one page size and one pool to the next by the memory's own
 * record. Only while no operation is under way.
 */
final class DirtyMemory {
    private final WrittenMemory written;

    DirtyMemory(WrittenMemory written) {
        this.written = written;
    }

    void remember(List<DpageRegion> regions, PageSize pageSize) {
        for (DpageRegion region : regions) {
            DpageStates states = region.states();
            for (long index = states.nextWritten(0); index >= 0; index = states.nextWritten(index + 1)) {
                long start = region.physicalAddressOf(index);
                written.mark(start, start + pageSize.bytes());
            }
        }
    }

    /** Marks the dpages that have such memory. */
    void markIn(DpageRange range, PageSize pageSize, DpageStates states) {
        long start = range.firstDpage() << pageSize.shift();
        long end = start + (range.dpages() << pageSize.shift());
        written.forEachChunk((from, to) -> {
            for (long address = Math.max(start, from); address < Math.min(end,
                    to); address = ((address >> pageSize.shift()) + 1) << pageSize.shift()) {
                states.markDirty((address >> pageSize.shift()) - range.firstDpage());
            }
        });
    }
}
