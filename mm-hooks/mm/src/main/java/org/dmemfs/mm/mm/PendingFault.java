package org.dmemfs.mm.mm;

import java.util.Objects;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.PfnFlag;
import org.dmemfs.mm.Vma;
import org.jspecify.annotations.Nullable;

/** A fault under way ({@code struct vm_fault}): one per thread and address space, used again. */
final class PendingFault implements Fault {
    private final MemoryDescriptor space;
    private final PfnInsertion insertion;
    private @Nullable MappedArea area;
    private @Nullable Hooks hooks;
    private long virtualAddress;
    private boolean write;
    private long location;
    private int shift;

    PendingFault(MemoryDescriptor space) {
        this.space = space;
        this.insertion = new PfnInsertion(space);
    }

    /** A reference that is there already is not stored again: the collector would be told of each store. */
    @SuppressWarnings("ReferenceEquality")
    void begin(MappedArea faultingArea, long address, boolean store, Hooks currentHooks, WalkCursor walked) {
        if (area != faultingArea) {
            area = faultingArea;
        }
        if (hooks != currentHooks) {
            hooks = currentHooks;
        }
        virtualAddress = address;
        write = store;
        location = walked.location;
        shift = walked.shift;
    }

    /** Where the entry of a level is: mostly where the walk that led here ended, for tables stay while a fault is handled. */
    long location(int wantedShift) {
        return shift == wantedShift && location != 0
                ? location
                : space.pageTable().ensure(virtualAddress, wantedShift);
    }

    @Override
    public Vma vma() {
        return area();
    }

    @Override
    public long virtualAddress() {
        return virtualAddress;
    }

    @Override
    public long pageOffset() {
        return area().pageOffsetOf(virtualAddress);
    }

    @Override
    public boolean write() {
        return write;
    }

    @Override
    public int localNode() {
        return space.task().node();
    }

    @Override
    public FaultResult insertPfn(long pfn) {
        return insertion.pte(this, pfn, hooks());
    }

    @Override
    public FaultResult insertPage(long pfn, PageSize size, boolean writable) {
        return insertion.page(this, pfn, size.shift(), writable);
    }

    @Override
    public FaultResult insertDevicePage(long pfn, PageSize size, boolean writable) {
        return insertion.device(this, pfn, size.shift(), writable);
    }

    @Override
    public FaultResult insertPfnPmd(long pfn, PfnFlag flag, boolean writable) {
        return insertion.huge(this, pfn, flag, writable, Entries.PMD_SHIFT, hooks());
    }

    @Override
    public FaultResult insertPfnPud(long pfn, PfnFlag flag, boolean writable) {
        return insertion.huge(this, pfn, flag, writable, Entries.PUD_SHIFT, hooks());
    }

    @Override
    public long interleaveIndex(PageSize dpageSize) {
        return MemoryPolicy.interleaveIndex(area().start(), area().pageOffset(), virtualAddress, dpageSize);
    }

    MappedArea area() {
        return Objects.requireNonNull(area, "a fault is valid only inside the call it was passed to");
    }

    private Hooks hooks() {
        return Objects.requireNonNull(hooks, "a fault is valid only inside the call it was passed to");
    }
}
