package org.dmemfs.mm.series;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.mm.TransparentHugePages;
import org.dmemfs.mm.mm.VirtualMemory;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.kit.SparseMemory;
import org.dmemfs.tracing.KernelLog;

/**
 * A machine of two nodes for tests: 1G of the kernel's RAM and 3G of dmem on node 0, 512M and 512M on node 1. Its bytes are
 * a sparse file, so that only touched pages cost.
 */
final class TestMachine implements AutoCloseable {
    static final long GIB = 1L << 30;
    static final long MIB = 1L << 20;
    static final long DMEM_START = GIB;
    static final long DMEM_END = 4 * GIB;

    final KernelLog log = new KernelLog();
    final MemoryMap memoryMap;
    final VirtualMemory spaces;
    private final SparseMemory memory;
    final PoisonedFrames poisoned;
    private final Reservation reservation;
    private final Arena arena = Arena.ofShared();

    TestMachine() {
        this(4);
    }

    TestMachine(int levels) {
        this(levels, TransparentHugePages.MADVISE);
    }

    TestMachine(int levels, TransparentHugePages hugePages) {
        List<DmemRegion> regions = List.of(new DmemRegion(0, DMEM_START, DMEM_END),
                new DmemRegion(1, DMEM_END + 512 * MIB, DMEM_END + GIB));
        memoryMap = new MemoryMap(List.of(range(0x1000, GIB, 0, FrameKind.RAM),
                range(DMEM_START, DMEM_END, 0, FrameKind.DMEM),
                range(DMEM_END, DMEM_END + 512 * MIB, 1, FrameKind.RAM),
                range(DMEM_END + 512 * MIB, DMEM_END + GIB, 1, FrameKind.DMEM)));
        reservation = new Reservation("test", "test", "dmem=3G", memoryMap,
                NumaTopology.uniform(NodeMask.of(0, 1)), regions, List.of(), List.of());
        memory = new SparseMemory(arena, memoryMap.endOfRam());
        poisoned = memory.poisoned();
        spaces = new VirtualMemory(reservation, memory, new RegionPages(regions), log, levels, hugePages);
    }

    /** Another memory manager on the same memory, once the first has stopped. */
    VirtualMemory restarted() {
        return new VirtualMemory(reservation, memory, new RegionPages(reservation.regions()), log, 4);
    }

    /** The same with the series, some patches taken out. */
    TestMachine with(SeriesVersion series, Integer... without) {
        spaces.bindHookSet(new PatchSet(series, Set.of(without)));
        return this;
    }

    static TestMachine repaired() {
        return new TestMachine().with(SeriesVersion.REPAIRED);
    }

    AddressSpace newSpace() {
        return newTask().addressSpace();
    }

    Task newTask() {
        return spaces.newTask("task", 0);
    }

    RegionFile file(PageSize pageSize, long bytes) {
        return new RegionFile(spaces.newFileMapping(), pageSize, DMEM_START >> 12, bytes);
    }

    PhysicalBytes bytes() {
        return memory.bytes();
    }

    List<String> logLines() {
        return log.lines().stream().map(KernelLog.Line::text).toList();
    }

    private static MemoryRange range(long start, long end, int node, FrameKind kind) {
        return new MemoryRange(start, end, node, kind, "System RAM");
    }

    @Override
    public void close() {
        spaces.stop();
        arena.close();
    }

    private record RegionPages(List<DmemRegion> regions) implements DmemPages {
        @Override
        public boolean isDmem(long pfn) {
            // Asked by every huge fault: without garbage.
            for (int index = 0; index < regions.size(); index++) {
                if (regions.get(index).contains(pfn)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public Optional<PageSize> pageSize() {
            return Optional.empty();
        }

        @Override
        public void get(long pfn) {
            throw new ErrnoException(Errno.EINVAL, "no dpage is used");
        }

        @Override
        public void put(long pfn) {
            throw new ErrnoException(Errno.EINVAL, "no dpage is used");
        }

        @Override
        public int references(long pfn) {
            return 0;
        }
    }
}
