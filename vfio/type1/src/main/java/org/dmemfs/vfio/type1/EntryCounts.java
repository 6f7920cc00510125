package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.PageSize;

/** How many entries of each size a map has. Filled by one thread. */
final class EntryCounts {
    private final long[] counts = new long[PageSize.values().length];

    void add(PageSize size, long entries) {
        counts[size.ordinal()] += entries;
    }

    long of(PageSize size) {
        return counts[size.ordinal()];
    }
}
