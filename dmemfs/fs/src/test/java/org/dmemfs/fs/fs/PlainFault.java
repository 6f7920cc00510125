package org.dmemfs.fs.fs;

import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.PfnFlag;

/** A fault that puts its entry into a {@link PlainMapping}. */
record PlainFault(PlainVma vma, long virtualAddress, boolean write) implements Fault {
    /** As the memory manager does it: 1G, then 2M, then 4K. */
    FaultResult handle() {
        for (PageSize size : new PageSize[]{PageSize.SIZE_1G, PageSize.SIZE_2M}) {
            long start = virtualAddress & -size.bytes();
            if (start >= vma.start() && start + size.bytes() <= vma.end()) {
                FaultResult result = vma.operations().hugeFault(this, size);
                if (result != FaultResult.FALLBACK) {
                    return result;
                }
            }
        }
        return vma.operations().fault(this);
    }

    @Override
    public long pageOffset() {
        return vma.pageOffset() + (virtualAddress - vma.start() >> 12);
    }

    @Override
    public int localNode() {
        return vma.task().node();
    }

    @Override
    public FaultResult insertPfn(long pfn) {
        return insert(pfn, PageSize.SIZE_4K, true);
    }

    @Override
    public FaultResult insertPfnPmd(long pfn, PfnFlag flag, boolean writable) {
        return insert(pfn, PageSize.SIZE_2M, writable);
    }

    @Override
    public FaultResult insertPfnPud(long pfn, PfnFlag flag, boolean writable) {
        return insert(pfn, PageSize.SIZE_1G, writable);
    }

    @Override
    public long interleaveIndex(PageSize dpageSize) {
        return MemoryPolicy.interleaveIndex(vma.start(), vma.pageOffset(), virtualAddress, dpageSize);
    }

    private FaultResult insert(long pfn, PageSize size, boolean writable) {
        vma.mapping().entries.putIfAbsent(pageOffset() & -size.naturePages(),
                new PlainMapping.Entry(pfn, size, writable));
        return FaultResult.NOPAGE;
    }
}
