package org.dmemfs.kvm.tdp;

import java.lang.foreign.Arena;
import java.util.List;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.kit.SparseMemory;

/** 3 GiB of RAM, dmem from 1 GiB on: an interpreter needs nothing of the host. */
final class SmallHost {
    private static final long GIBIBYTE = 1L << 30;

    private SmallHost() {
    }

    static PhysicalMemory memory() {
        return new SparseMemory(Arena.ofAuto(), 3 * GIBIBYTE);
    }

    static Reservation reservation() {
        MemoryMap map = new MemoryMap(
                List.of(new MemoryRange(0, GIBIBYTE, 0, FrameKind.RAM, "System RAM"),
                        new MemoryRange(GIBIBYTE, 3 * GIBIBYTE, 0, FrameKind.DMEM, "dmem"),
                        new MemoryRange(3 * GIBIBYTE, 4 * GIBIBYTE, 0, FrameKind.SET_ASIDE, "System RAM"),
                        new MemoryRange(4 * GIBIBYTE, 5 * GIBIBYTE, -1, FrameKind.DEVICE, "PCI Bus 0000:00")));
        return new Reservation("test", "a test", "dmem=2G", map, NumaTopology.uniform(NodeMask.of(0)), List.of(),
                List.of(), List.of());
    }
}
