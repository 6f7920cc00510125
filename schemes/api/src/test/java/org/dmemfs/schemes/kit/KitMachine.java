package org.dmemfs.schemes.kit;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.mm.VirtualMemory;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.kit.SparseMemory;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.tracing.KernelLog;

/**
 * A machine of two nodes for tests: 8G of the kernel's RAM and 2G set aside on each. Its bytes are a sparse file, so that only
 * touched pages cost.
 */
public final class KitMachine implements SchemeMachine {
    private static final long GIB = 1L << 30;

    private final KernelLog log = new KernelLog();
    private final Arena arena = Arena.ofShared();
    private final Reservation reservation;
    private final SparseMemory memory;
    private final VirtualMemory spaces;
    private final Scheme scheme;

    /** Boots it with the memory manager of the scheme's kernel. */
    public KitMachine(Function<KitMachine, Scheme> made) {
        MemoryMap map = new MemoryMap(
                List.of(range(0x1000, 8 * GIB, 0, FrameKind.RAM), range(8 * GIB, 10 * GIB, 0, FrameKind.SET_ASIDE),
                        range(10 * GIB, 18 * GIB, 1, FrameKind.RAM),
                        range(18 * GIB, 20 * GIB, 1, FrameKind.SET_ASIDE)));
        reservation = new Reservation("test", "test", "memmap=2G$8G memmap=2G$18G", map,
                NumaTopology.uniform(NodeMask.of(0, 1)), List.of(), List.of(), List.of());
        memory = new SparseMemory(arena, map.endOfRam());
        spaces = new VirtualMemory(reservation, memory, new NoDmem(), log, 4);
        scheme = made.apply(this);
        scheme.hooks().ifPresent(spaces::bindHookSet);
    }

    @Override
    public Scheme scheme() {
        return scheme;
    }

    @Override
    public AddressSpaces addressSpaces() {
        return spaces;
    }

    public SystemCalls systemCalls() {
        return spaces;
    }

    public PageFrames frames() {
        return spaces;
    }

    @Override
    public PhysicalMemory memory() {
        return memory;
    }

    @Override
    public Reservation reservation() {
        return reservation;
    }

    private static MemoryRange range(long start, long end, int node, FrameKind kind) {
        return new MemoryRange(start, end, node, kind, "System RAM");
    }

    @Override
    public void close() {
        spaces.stop();
        arena.close();
    }

    private record NoDmem() implements DmemPages {
        @Override
        public boolean isDmem(long pfn) {
            return false;
        }

        @Override
        public Optional<PageSize> pageSize() {
            return Optional.empty();
        }

        @Override
        public void get(long pfn) {
            throw new ErrnoException(Errno.EINVAL, "there is no dmem");
        }

        @Override
        public void put(long pfn) {
            throw new ErrnoException(Errno.EINVAL, "there is no dmem");
        }

        @Override
        public int references(long pfn) {
            return 0;
        }
    }
}
