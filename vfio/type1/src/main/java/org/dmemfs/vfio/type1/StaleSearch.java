package org.dmemfs.vfio.type1;

import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Vma;
import org.dmemfs.vfio.StaleDpage;

/** Compares what a map reaches with what the task reaches by now, dpage by dpage. */
final class StaleSearch {
    private static final int PAGE_SHIFT = PageSize.SIZE_4K.shift();

    private final AddressSpace space;
    private final MapRequest request;
    private final PageSize dpageSize;
    private final List<StaleDpage> found;

    StaleSearch(AddressSpace space, MapSlot slot, List<StaleDpage> found) {
        this.space = space;
        this.request = slot.request();
        this.dpageSize = slot.rule().dpageSize();
        this.found = found;
    }

    void examine(long iova, long pfn, long frames) {
        long end = iova + (frames << PAGE_SHIFT);
        long next;
        for (long at = iova; at < end; at = next) {
            long physicalAddress = (pfn << PAGE_SHIFT) + at - iova;
            next = Math.min(end, at + dpageSize.bytes() - (physicalAddress & dpageSize.bytes() - 1));
            compare(at, next - at, physicalAddress);
        }
    }

    private void compare(long iova, long bytes, long physicalAddress) {
        long virtualAddress = request.virtualAddress() + iova - request.iova();
        Vma vma = space.findVma(virtualAddress);
        if (vma == null || !AreaCheck.isBare(vma) || space.mappingLevel(virtualAddress) == null) {
            return;
        }
        long now;
        try {
            now = space.followPfn(virtualAddress) << PAGE_SHIFT;
        } catch (ErrnoException gone) {
            return;
        }
        if (now != physicalAddress) {
            add(new StaleDpage(iova, bytes, vma.file().map(MappableFile::name).orElse(""),
                    (vma.pageOffset() << PAGE_SHIFT) + virtualAddress - vma.start(), physicalAddress, now));
        }
    }

    /** Small entries of one dpage are one stretch. */
    private void add(StaleDpage piece) {
        StaleDpage last = found.isEmpty() ? null : found.getLast();
        boolean goesOn = last != null && last.iova() + last.bytes() == piece.iova()
                && last.oldPhysicalAddress() + last.bytes() == piece.oldPhysicalAddress()
                && last.newPhysicalAddress() + last.bytes() == piece.newPhysicalAddress()
                && (piece.oldPhysicalAddress() & dpageSize.bytes() - 1) != 0;
        if (last != null && goesOn) {
            found.set(found.size() - 1, new StaleDpage(last.iova(), last.bytes() + piece.bytes(), last.file(),
                    last.fileOffset(), last.oldPhysicalAddress(), last.newPhysicalAddress()));
        } else {
            found.add(piece);
        }
    }
}
