package org.dmemfs.vfio.type1;

import java.util.Arrays;
import org.dmemfs.kernel.PageSize;

/** Entries that were read from a table or taken out of it, in the order of the iova. */
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

    /** Tells them one after the other, as they follow each other from an address on. */
    void each(long firstIova, RunSink sink) {
        long iova = firstIova;
        for (int entry = 0; entry < size; entry++) {
            sink.accept(iova, pfn(entry), pageSize(entry).naturePages());
            iova += pageSize(entry).bytes();
        }
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
