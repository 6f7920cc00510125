package org.dmemfs.mm.mm;

import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.VmOperations;

/** Changes of the list of VMAs, each told to the file. With the mmap lock held exclusively. */
final class AreaSplit {
    private final MemoryDescriptor space;
    private final HugeSplit hugeSplit;

    AreaSplit(MemoryDescriptor space) {
        this.space = space;
        this.hugeSplit = new HugeSplit(space);
    }

    /**
     * Splits at both ends where a VMA crosses them, so that the range is made of whole VMAs.
     *
     * @throws ErrnoException where a file refuses (patch 16), or ENOMEM; a split before that stays, as in the kernel
     */
    void isolate(long start, long end) {
        splitAt(start);
        splitAt(end);
    }

    private void splitAt(long address) {
        VmaTree vmas = space.vmas();
        int index = vmas.firstEndingAfter(address);
        if (index == vmas.size() || vmas.get(index).start() >= address) {
            return;
        }
        MappedArea area = vmas.get(index);
        VmOperations operations = area.operations();
        if (operations != null) {
            operations.split(area, address);
        }
        if (vmas.size() >= VmaTree.LIMIT) {
            throw new ErrnoException(Errno.ENOMEM,
                    "the address space has " + VmaTree.LIMIT + " mappings already, the most that are accepted");
        }
        if (operations == null) {
            hugeSplit.at(address);
        }
        MappedArea second = area.slice(address, area.end());
        replace(area, area.slice(area.start(), address), second);
        if (operations != null) {
            operations.open(second);
        }
    }

    void replace(MappedArea area, MappedArea... with) {
        area.mappers().replace(List.of(area), List.of(with));
        VmaTree vmas = space.vmas();
        int index = vmas.firstEndingAfter(area.start());
        space.setVmas(vmas.replace(index, index + 1, with));
    }
}
