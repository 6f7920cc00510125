package org.dmemfs.schemes.hugepfnmap;

import java.lang.foreign.MemorySegment;
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

/** A guest's device file: a fault puts the largest entry in place that file and address leave room for. */
final class PfnmapFile extends ExtentFile {
    private final PhysicalBytes bytes;

    PfnmapFile(String guest, List<Extent> extents, PageSize pageSize, FileMapping mapping, PhysicalBytes bytes) {
        super("/dev/pfnmap/" + guest, extents, pageSize, mapping);
        this.bytes = bytes;
    }

    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long length) {
        if (!flags.contains(VmFlag.SHARED)) {
            throw new ErrnoException(Errno.EINVAL, name() + " takes shared mappings alone");
        }
        // HUGEPAGE has the memory manager ask for huge entries.
        return new Mapped(this,
                Set.of(VmFlag.IO, VmFlag.PFNMAP, VmFlag.DONTEXPAND, VmFlag.DONTDUMP, VmFlag.HUGEPAGE));
    }

    @Override
    public FaultResult fault(Fault fault) {
        long pfn = pfnAt(fault.pageOffset());
        return pfn < 0 ? FaultResult.SIGBUS : fault.insertPfn(pfn);
    }

    @Override
    public FaultResult hugeFault(Fault fault, PageSize size) {
        long first = fault.pageOffset() & -size.naturePages();
        long pfn = pfnAt(first);
        boolean together = size.bytes() <= pageSize().bytes() && pfn >= 0 && pfn % size.naturePages() == 0
                && aligned(fault, size, first);
        if (!together) {
            return FaultResult.FALLBACK;
        }
        boolean writable = fault.vma().has(VmFlag.WRITE);
        return size == PageSize.SIZE_1G
                ? fault.insertPfnPud(pfn, PfnFlag.NONE, writable)
                : fault.insertPfnPmd(pfn, PfnFlag.NONE, writable);
    }

    /** The page of the file begins where the entry would begin. */
    private static boolean aligned(Fault fault, PageSize size, long firstPage) {
        long start = fault.virtualAddress() & -size.bytes();
        return fault.vma().pageOffset() + (start - fault.vma().start() >> PageSize.SIZE_4K.shift()) == firstPage;
    }

    /** {@code __split_huge_pmd} of a special entry: it goes, and what stays mapped comes back in smaller ones. */
    @Override
    public void split(Vma vma, long virtualAddress) {
        long page = vma.pageOffset() + (virtualAddress - vma.start() >> PageSize.SIZE_4K.shift());
        if (virtualAddress % pageSize().bytes() != 0) {
            mapping().unmapRange(page & -pageSize().naturePages(), pageSize().naturePages());
        }
    }

    /** {@code generic_access_phys}, which 6.12 has see through huge entries. */
    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int count, boolean write) {
        if (!vma.has(write ? VmFlag.WRITE : VmFlag.READ)) {
            throw new ErrnoException(Errno.EINVAL, "the mapping of " + name() + " does not allow the access");
        }
        long inFile = (vma.pageOffset() << PageSize.SIZE_4K.shift()) + virtualAddress - vma.start();
        long inPage = inFile & PageSize.SIZE_4K.bytes() - 1;
        int moved = (int) Math.min(count, PageSize.SIZE_4K.bytes() - inPage);
        long physical = (pfnAt(inFile >> PageSize.SIZE_4K.shift()) << PageSize.SIZE_4K.shift()) + inPage;
        if (write) {
            bytes.copyIn(buffer, offset, physical, moved);
        } else {
            bytes.copyOut(physical, buffer, offset, moved);
        }
        return moved;
    }
}
