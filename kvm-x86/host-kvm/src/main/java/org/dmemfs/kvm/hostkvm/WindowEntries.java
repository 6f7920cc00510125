package org.dmemfs.kvm.hostkvm;

import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.mm.AddressSpace;

/**
 * Counts what stands in the windows by the size at which the model maps it. As posted, the series has guests mapped at 4K.
 */
final class WindowEntries {
    private final AddressSpace addressSpace;
    private final SeriesVersion series;

    WindowEntries(AddressSpace addressSpace, SeriesVersion series) {
        this.addressSpace = addressSpace;
        this.series = series;
    }

    MappedEntries count(List<SlotWindow> windows) {
        long[] counts = new long[PageSize.values().length];
        for (SlotWindow window : windows) {
            long end = window.slot().hostVirtualAddress() + window.slot().bytes();
            for (long at = window.slot().hostVirtualAddress(); at < end;) {
                PageSize size = sizeAt(window, at, end);
                if (window.isMapped(at, size.bytes())) {
                    counts[size.ordinal()]++;
                }
                at += size.bytes();
            }
        }
        return new MappedEntries(counts[0], counts[1], counts[2]);
    }

    private PageSize sizeAt(SlotWindow window, long at, long end) {
        PageSize level = addressSpace.mappingLevel(at);
        if (level == null || series != SeriesVersion.REPAIRED) {
            return PageSize.SIZE_4K;
        }
        long skew = window.slot().guestPhysicalAddress() ^ window.slot().hostVirtualAddress();
        for (PageSize size = level; size != PageSize.SIZE_4K; size = PageSize.values()[size.ordinal() - 1]) {
            if (((at | skew) & size.bytes() - 1) == 0 && at + size.bytes() <= end
                    && window.isMapped(at, size.bytes())) {
                return size;
            }
        }
        return PageSize.SIZE_4K;
    }
}
