package org.dmemfs.schemes.devicedax;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.PfnFlag;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.schemes.Extent;
import org.dmemfs.schemes.ExtentFile;

/** A guest's device, {@code /dev/dax}: faults at its own page size alone. */
final class DaxFile extends ExtentFile {
    private final Pages pages;
    private final PhysicalBytes bytes;

    DaxFile(String guest, List<Extent> extents, PageSize pageSize, FileMapping mapping, Pages pages,
            PhysicalBytes bytes) {
        super("/dev/dax/" + guest, extents, pageSize, mapping);
        this.pages = pages;
        this.bytes = bytes;
    }

    /** {@code check_vma} and {@code dax_mmap}. */
    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long length) {
        if (!flags.contains(VmFlag.SHARED)) {
            throw new ErrnoException(Errno.EINVAL, name() + " takes shared mappings alone");
        }
        if (pageOffset % pageSize().naturePages() != 0) {
            throw new ErrnoException(Errno.EINVAL, "page %d of %s is not the first 4K of a page of %s"
                    .formatted(pageOffset, name(), pageSize().label()));
        }
        Set<VmFlag> added = EnumSet.of(VmFlag.HUGEPAGE);
        if (!pages.exist()) {
            added.add(VmFlag.PFNMAP);
        }
        if (pages == Pages.NONE_COMPLETED) {
            added.add(VmFlag.DONTEXPAND);
            added.add(VmFlag.DONTDUMP);
        }
        return new Mapped(this, added);
    }

    @Override
    public void split(Vma vma, long virtualAddress) {
        if (virtualAddress % pageSize().bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL, "0x%x is not the start of a page of %s".formatted(virtualAddress,
                    pageSize().label()));
        }
    }

    @Override
    public FaultResult fault(Fault fault) {
        if (pageSize() != PageSize.SIZE_4K) {
            return FaultResult.SIGBUS;
        }
        return serve(fault, PageSize.SIZE_4K);
    }

    @Override
    public FaultResult hugeFault(Fault fault, PageSize size) {
        if (size.bytes() > pageSize().bytes()) {
            return FaultResult.FALLBACK;
        }
        return size == pageSize() ? serve(fault, size) : FaultResult.SIGBUS;
    }

    private FaultResult serve(Fault fault, PageSize size) {
        long pfn = pfnAt(fault.pageOffset() & -size.naturePages());
        if (pfn < 0) {
            return FaultResult.SIGBUS;
        }
        boolean writable = fault.vma().has(VmFlag.WRITE);
        if (pages.exist()) {
            return fault.insertDevicePage(pfn, size, writable);
        }
        // Patch 5: what a child must not inherit is checked here, so that MADV_DONTFORK can come after mmap.
        if (!fault.vma().has(VmFlag.DONTCOPY)) {
            return FaultResult.SIGBUS;
        }
        return switch (size) {
            case SIZE_4K -> fault.insertPfn(pfn);
            case SIZE_2M -> fault.insertPfnPmd(pfn, PfnFlag.DEV, writable);
            case SIZE_1G -> fault.insertPfnPud(pfn, PfnFlag.DEV, writable);
        };
    }

    /** The work in progress of October 2020 adds it; before that another task has no way in but gup. */
    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int count, boolean write) {
        if (pages != Pages.NONE_COMPLETED) {
            return super.access(vma, virtualAddress, buffer, offset, count, write);
        }
        if (!vma.has(write ? VmFlag.WRITE : VmFlag.READ)) {
            throw new ErrnoException(Errno.EACCES, "the mapping of " + name() + " does not allow the access");
        }
        long inFile = (vma.pageOffset() << PageSize.SIZE_4K.shift()) + virtualAddress - vma.start();
        long inPage = inFile & PageSize.SIZE_4K.bytes() - 1;
        int moved = (int) Math.min(count, PageSize.SIZE_4K.bytes() - inPage);
        long pfn = pfnAt(inFile >> PageSize.SIZE_4K.shift());
        if (pfn < 0) {
            throw new ErrnoException(Errno.EINVAL, "the device " + name() + " ends before that");
        }
        long physical = (pfn << PageSize.SIZE_4K.shift()) + inPage;
        if (write) {
            bytes.copyIn(buffer, offset, physical, moved);
        } else {
            bytes.copyOut(physical, buffer, offset, moved);
        }
        return moved;
    }
}
