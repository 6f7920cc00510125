package org.dmemfs.mm.mm;

import org.dmemfs.core.DmemPages;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.ReportedFrames;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;

/**
 * What all address spaces of a machine share.
 *
 * @param memoryMap which frames are what
 * @param topology the nodes
 * @param bytes the direct map
 * @param poisoned the bad frames
 * @param reported the frames that memory_failure was told of ({@code PageHWPoison})
 * @param dmemPages which frames are dmem
 * @param log the kernel log
 * @param tables frames of page tables
 * @param ram frames of anonymous memory
 * @param memmap the {@code struct page}s
 * @param reverseMap from a frame to who maps it
 * @param attributes memory types
 * @param hooks the hooks in force
 * @param machineChecks what a bad frame leads to
 * @param levels of page tables: 4 or 5
 * @param hugePages where anonymous memory gets pages of 2M
 */
record Platform(MemoryMap memoryMap, NumaTopology topology, PhysicalBytes bytes, PoisonedFrames poisoned,
        ReportedFrames reported, DmemPages dmemPages, KernelLog log, TableMemory tables, KernelRam ram, Memmap memmap,
        ReverseMap reverseMap, PageAttributes attributes, HookSwitch hooks, MachineChecks machineChecks, int levels,
        TransparentHugePages hugePages) {
    static Platform boot(Reservation reservation, PhysicalMemory memory, DmemPages dmemPages, KernelLog log,
            int levels, TransparentHugePages hugePages) {
        MemoryMap map = reservation.memoryMap();
        TableMemory tables = TableMemory.on(map);
        Memmap memmap = new Memmap(map);
        ReverseMap reverseMap = new ReverseMap(map);
        return new Platform(map, reservation.topology(), memory.bytes(), memory.poisoned(),
                memory.bytes().reported(), dmemPages, log, tables,
                new KernelRam(reservation, memory, tables.startPhysicalAddress(), reverseMap), memmap, reverseMap,
                new PageAttributes(map, memmap), new HookSwitch(), new MachineChecks(), levels, hugePages);
    }
}
