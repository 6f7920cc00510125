package org.dmemfs.vfio.type1;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.PfnFlag;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;

/** A file of dpages at addresses that the test chooses: what a file system is to a device. */
final class DpageFile implements MappableFile, VmOperations {
    private final CountedDpages pool;
    private final FileMapping mapping;
    private final List<Long> dpages = new ArrayList<>();

    DpageFile(CountedDpages pool, FileMapping mapping) {
        this.pool = pool;
        this.mapping = mapping;
    }

    /** Grows by dpages. */
    DpageFile grow(long... physicalAddresses) {
        for (long physicalAddress : physicalAddresses) {
            pool.take(physicalAddress);
            dpages.add(physicalAddress);
        }
        return this;
    }

    /** Unmaps all and gives all back. */
    void truncate() {
        mapping.unmapRange(0, Long.MAX_VALUE);
        List<Long> left = List.copyOf(dpages);
        dpages.clear();
        left.forEach(physicalAddress -> pool.put(physicalAddress >> 12));
    }

    long bytes() {
        return dpages.size() * pool.size().bytes();
    }

    @Override
    public String name() {
        return "dpages";
    }

    @Override
    public boolean readable() {
        return true;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public FileMapping mapping() {
        return mapping;
    }

    @Override
    public PageSize mappingAlignment() {
        return pool.size();
    }

    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long bytes) {
        return new Mapped(this, Set.of(VmFlag.IO, VmFlag.PFNMAP, VmFlag.DONTCOPY, VmFlag.DONTEXPAND, VmFlag.DMEM,
                VmFlag.HUGEPAGE));
    }

    @Override
    public FaultResult fault(Fault fault) {
        long inFile = fault.pageOffset() << 12;
        long index = inFile >> pool.size().shift();
        if (index >= dpages.size()) {
            return FaultResult.SIGBUS;
        }
        return fault.insertPfn(dpages.get((int) index) + (inFile & pool.size().bytes() - 1) >> 12);
    }

    @Override
    public FaultResult hugeFault(Fault fault, PageSize size) {
        long index = (fault.pageOffset() << 12) >> pool.size().shift();
        if (size != pool.size()) {
            return FaultResult.FALLBACK;
        }
        if (index >= dpages.size()) {
            return FaultResult.SIGBUS;
        }
        long pfn = dpages.get((int) index) >> 12;
        boolean writable = fault.vma().has(VmFlag.WRITE);
        return size == PageSize.SIZE_1G
                ? fault.insertPfnPud(pfn, PfnFlag.DMEM, writable)
                : fault.insertPfnPmd(pfn, PfnFlag.DMEM, writable);
    }

    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int bytes, boolean write) {
        throw new UnsupportedOperationException("no device asks a file for its bytes");
    }

    @Override
    public PageSize pageSize(Vma vma) {
        return pool.size();
    }
}
