package org.dmemfs.vfio.type1;

import java.util.Arrays;
import org.dmemfs.kernel.PageSize;

/** Entries that were taken out of a table, in the order of the iova. */
final class EntryList {
    private long[] entries = new long[64];
    private int size;

    void clear() {
        size = 0;
    }

    void add(long sizedEntry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
        }
        entries[size++] = sizedEntry;
    }

    int size() {
        return size;
    }

    long pfn(int index) {
        return IoEntry.pfn(entries[index]);
    }

    PageSize pageSize(int index) {
        return IoEntry.size(entries[index]);
    }
}
