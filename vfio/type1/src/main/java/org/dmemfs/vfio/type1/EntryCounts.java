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

    /** Counts what {@link IoPageTable#install} makes of a run. */
    void addRun(long iova, long physicalAddress, long bytes) {
        addRun(iova, physicalAddress, bytes, PageSize.SIZE_1G);
    }

    private void addRun(long iova, long physicalAddress, long bytes, PageSize size) {
        if (size == PageSize.SIZE_4K || bytes == 0) {
            add(PageSize.SIZE_4K, bytes >> PageSize.SIZE_4K.shift());
            return;
        }
        PageSize smaller = PageSize.values()[size.ordinal() - 1];
        long mask = size.bytes() - 1;
        long first = iova + mask & ~mask;
        long last = iova + bytes & ~mask;
        if (((iova ^ physicalAddress) & mask) != 0 || first >= last) {
            addRun(iova, physicalAddress, bytes, smaller);
            return;
        }
        add(size, last - first >> size.shift());
        addRun(iova, physicalAddress, first - iova, smaller);
        addRun(last, physicalAddress + last - iova, iova + bytes - last, smaller);
    }
}
