package org.dmemfs.mm.mm;

import org.dmemfs.core.DmemPages;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;

/**
 * What all address spaces of a machine share.
 *
 * @param memoryMap which frames are what
 * @param topology the nodes
 * @param bytes the direct map
 * @param poisoned the bad frames
 * @param dmemPages which frames are dmem
 * @param log the kernel log
 * @param tables frames of page tables
 * @param ram frames of anonymous memory
 * @param memmap the {@code struct page}s
 * @param attributes memory types
 * @param hooks the hooks in force
 * @param machineChecks what a bad frame leads to
 * @param levels of page tables: 4 or 5
 * @param hugePages where anonymous memory gets pages of 2M
 */
record Platform(MemoryMap memoryMap, NumaTopology topology, PhysicalBytes bytes, PoisonedFrames poisoned,
        DmemPages dmemPages, KernelLog log, TableMemory tables, KernelRam ram, Memmap memmap, PageAttributes attributes,
        HookSwitch hooks, MachineChecks machineChecks, int levels, TransparentHugePages hugePages) {
    static Platform boot(Reservation reservation, PhysicalMemory memory, DmemPages dmemPages, KernelLog log,
            int levels, TransparentHugePages hugePages) {
        MemoryMap map = reservation.memoryMap();
        TableMemory tables = TableMemory.on(map);
        Memmap memmap = new Memmap(map);
        return new Platform(map, reservation.topology(), memory.bytes(), memory.poisoned(), dmemPages, log, tables,
                new KernelRam(reservation, memory, tables.startPhysicalAddress()), memmap,
                new PageAttributes(map, memmap), new HookSwitch(), new MachineChecks(), levels, hugePages);
    }
}
