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
        long cache = space.platform().attributes().lookup(pfn, hooks);
        boolean writable = area.has(VmFlag.WRITE) && area.has(VmFlag.SHARED);
        long entry = Entries.page(pfn, area) | Entries.SPECIAL | cache | (writable ? Entries.WRITE : 0);
        long location = fault.location(Entries.PTE_SHIFT);
        if (location == PageTable.NO_MEMORY) {
            return FaultResult.OOM;
        }
        if (location != PageTable.HUGE_IN_THE_WAY && tables.compareAndSet(location, 0, entry)) {
            space.counters().mapped(Entries.PTE_SHIFT, 1);
        }
        return FaultResult.NOPAGE;
    }

    /** {@code alloc_set_pte}: a page of the kernel's RAM in a shared mapping. */
    FaultResult page(PendingFault fault, long pfn) {
        MappedArea area = fault.area();
        long location = fault.location(Entries.PTE_SHIFT);
        if (location == PageTable.NO_MEMORY) {
            return FaultResult.OOM;
        }
        Memmap memmap = space.platform().memmap();
        memmap.get(pfn, "alloc_set_pte");
        long entry = Entries.page(pfn, area) | (area.has(VmFlag.WRITE) ? Entries.WRITE : 0);
        if (location != PageTable.HUGE_IN_THE_WAY && tables.compareAndSet(location, 0, entry)) {
            space.counters().mapped(Entries.PTE_SHIFT, 1);
        } else {
            // The file keeps its own reference, so this is never the last.
            memmap.put(pfn, "put_page");
        }
        return FaultResult.NOPAGE;
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
