package org.dmemfs.mm.mm;

import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.PfnFlag;
import org.dmemfs.mm.VmFlag;

/** Puts bare frames into a page table: {@code vmf_insert_pfn} and its huge kin. A present entry stays as it is. */
final class PfnInsertion {
    private final MemoryDescriptor space;
    private final TableMemory tables;

    PfnInsertion(MemoryDescriptor space) {
        this.space = space;
        this.tables = space.pageTable().memory();
    }

    FaultResult pte(PendingFault fault, long pfn, Hooks hooks) {
        MappedArea area = fault.area();
        if (!area.has(VmFlag.PFNMAP) || isNoFrame(pfn)) {
            return FaultResult.SIGBUS;
        }
        long entry = bareEntry(area, pfn, hooks);
        return bare(fault.location(Entries.PTE_SHIFT), entry);
    }

    /** The same outside of a fault. */
    FaultResult pte(MappedArea area, long virtualAddress, long pfn, Hooks hooks) {
        if (!area.has(VmFlag.PFNMAP) || isNoFrame(pfn)) {
            return FaultResult.SIGBUS;
        }
        long entry = bareEntry(area, pfn, hooks);
        return bare(space.pageTable().ensure(virtualAddress, Entries.PTE_SHIFT), entry);
    }

    private long bareEntry(MappedArea area, long pfn, Hooks hooks) {
        long cache = space.platform().attributes().lookup(pfn, hooks);
        boolean writable = area.has(VmFlag.WRITE) && area.has(VmFlag.SHARED);
        return Entries.page(pfn, area) | Entries.SPECIAL | cache | (writable ? Entries.WRITE : 0);
    }

    private FaultResult bare(long location, long entry) {
        if (location == PageTable.NO_MEMORY) {
            return FaultResult.OOM;
        }
        if (location != PageTable.HUGE_IN_THE_WAY && tables.compareAndSet(location, 0, entry)) {
            space.counters().mapped(Entries.PTE_SHIFT, 1);
        }
        return FaultResult.NOPAGE;
    }

    /** {@code alloc_set_pte}, and {@code hugetlb_no_page}: a page with a {@code struct page} in a file's mapping. */
    FaultResult page(PendingFault fault, long pfn, int shift, boolean writable) {
        MappedArea area = fault.area();
        Memmap memmap = space.platform().memmap();
        if (!fits(area, fault.virtualAddress(), pfn, shift) || !memmap.isPresent(pfn)) {
            return FaultResult.SIGBUS;
        }
        long location = fault.location(shift);
        if (location == PageTable.NO_MEMORY) {
            return FaultResult.OOM;
        }
        memmap.get(pfn, "alloc_set_pte");
        if (location == PageTable.HUGE_IN_THE_WAY || !put(location, shift, entry(area, pfn, shift, writable))) {
            // The file keeps its own reference, so this is never the last.
            memmap.put(pfn, "put_page");
        }
        return FaultResult.NOPAGE;
    }

    /** {@code vmf_insert_mixed} and its huge kin for a ZONE_DEVICE page: who takes the memory away unmaps it first. */
    FaultResult device(PendingFault fault, long pfn, int shift, boolean writable) {
        MappedArea area = fault.area();
        if (!fits(area, fault.virtualAddress(), pfn, shift) || !space.platform().memmap().isPresent(pfn)) {
            return FaultResult.SIGBUS;
        }
        long location = fault.location(shift);
        if (location == PageTable.NO_MEMORY) {
            return FaultResult.OOM;
        }
        if (location == PageTable.HUGE_IN_THE_WAY
                || put(location, shift, entry(area, pfn, shift, writable) | Entries.DEVMAP)) {
            return FaultResult.NOPAGE;
        }
        long present = tables.get(location);
        return shift == Entries.PTE_SHIFT || present == 0 || Entries.has(present, Entries.HUGE)
                ? FaultResult.NOPAGE
                : FaultResult.FALLBACK;
    }

    private static boolean fits(MappedArea area, long virtualAddress, long pfn, int shift) {
        long bytes = 1L << shift;
        long start = virtualAddress & -bytes;
        return !area.isBare() && area.contains(start, start + bytes) && !isNoFrame(pfn)
                && (pfn & (bytes >>> Entries.PTE_SHIFT) - 1) == 0;
    }

    private static long entry(MappedArea area, long pfn, int shift, boolean writable) {
        return Entries.page(pfn, area) | (writable ? Entries.WRITE : 0)
                | (shift == Entries.PTE_SHIFT ? 0 : Entries.HUGE);
    }

    private boolean put(long location, int shift, long entry) {
        if (!tables.compareAndSet(location, 0, entry)) {
            return false;
        }
        space.counters().mapped(shift, 1);
        return true;
    }

    FaultResult huge(PendingFault fault, long pfn, PfnFlag flag, boolean writable, int shift, Hooks hooks) {
        MappedArea area = fault.area();
        long bytes = 1L << shift;
        long start = fault.virtualAddress() & -bytes;
        boolean dmem = flag == PfnFlag.DMEM;
        if (!area.has(VmFlag.PFNMAP) || !area.contains(start, start + bytes) || isNoFrame(pfn)
                || (pfn & (bytes >>> Entries.PTE_SHIFT) - 1) != 0
                || dmem && !space.platform().dmemPages().isDmem(pfn)) {
            return FaultResult.SIGBUS;
        }
        long cache = space.platform().attributes().lookup(pfn, hooks);
        long entry = Entries.page(pfn, area) | Entries.HUGE | cache
                | (writable ? Entries.WRITE | Entries.DIRTY : 0);
        if (flag == PfnFlag.DEV_MAP) {
            entry |= Entries.DEVMAP;
        } else if (hooks.frame().isDmem(flag)) {
            entry = hooks.level(shift).insert().mark(entry);
        }
        long location = fault.location(shift);
        if (location == PageTable.NO_MEMORY) {
            return FaultResult.OOM;
        }
        if (location == PageTable.HUGE_IN_THE_WAY) {
            return FaultResult.NOPAGE;
        }
        if (tables.compareAndSet(location, 0, entry)) {
            space.counters().mapped(shift, 1);
            return FaultResult.NOPAGE;
        }
        long present = tables.get(location);
        return present == 0 || Entries.has(present, Entries.HUGE) ? FaultResult.NOPAGE : FaultResult.FALLBACK;
    }

    /** Above 52 bits of physical address no entry can say it. */
    private static boolean isNoFrame(long pfn) {
        return pfn < 0 || pfn >>> 52 - Entries.PTE_SHIFT != 0;
    }
}
