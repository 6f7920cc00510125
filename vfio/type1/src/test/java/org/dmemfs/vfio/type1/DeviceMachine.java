package org.dmemfs.vfio.type1;

import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.mm.VirtualMemory;
import org.dmemfs.mm.series.Series;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.kit.SparseMemory;
import org.dmemfs.tracing.KernelLog;

/** A machine with 1G of RAM and 7G of dmem above it, the memory manager with the series, and type1. */
final class DeviceMachine implements AutoCloseable {
    static final long GIB = 1L << 30;
    static final long MIB = 1L << 20;
    private static final long END = 8 * GIB;

    final KernelLog log = new KernelLog();
    private final Arena arena = Arena.ofShared();
    final SparseMemory memory = new SparseMemory(arena, END);
    final CountedDpages pool;
    final VirtualMemory spaces;
    final Task task;
    final Type1 type1;
    Settings settings = new Settings(SeriesVersion.REPAIRED, 65_536, 0);

    DeviceMachine(PageSize dpageSize) {
        pool = new CountedDpages(dpageSize, GIB, END);
        NodeMask nodes = NodeMask.of(0);
        Reservation reservation = new Reservation("test", "test", "dmem=7G",
                new MemoryMap(List.of(new MemoryRange(0, GIB, 0, FrameKind.RAM, "System RAM"),
                        new MemoryRange(GIB, END, 0, FrameKind.DMEM, "System RAM"))),
                NumaTopology.uniform(nodes), List.of(new DmemRegion(0, GIB, END)), List.of(), List.of());
        spaces = new VirtualMemory(reservation, memory, pool, log, 4);
        spaces.bindHookSet(new Series((Series.Configuration) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[]{Series.Configuration.class}, (proxy, method, arguments) -> method.getDefaultValue())));
        task = spaces.newTask("vmm", 0);
        type1 = new Type1(new Surroundings(memory, pool, spaces, log, () -> settings));
    }

    void use(SeriesVersion series, int... without) {
        settings = new Settings(series, 65_536, Settings.out(without));
    }

    /** A file with contiguous dpages from an address on. */
    DpageFile file(long physicalAddress, int dpages) {
        return new DpageFile(pool, spaces.newFileMapping()).grow(LongStream.range(0, dpages)
                .map(index -> physicalAddress + index * pool.size().bytes()).toArray());
    }

    /** A file whose dpages follow each other downwards, so that no two are one run. */
    DpageFile scatteredFile(long physicalAddress, int dpages) {
        return new DpageFile(pool, spaces.newFileMapping()).grow(IntStream.range(0, dpages)
                .mapToLong(index -> physicalAddress + (dpages - 1L - index) * pool.size().bytes()).toArray());
    }

    long map(DpageFile file, Protection... protection) {
        return task.addressSpace().mmap(0, file.bytes(), Set.of(protection), Set.of(MapFlag.SHARED), file, 0);
    }

    long mapWritable(DpageFile file) {
        return map(file, Protection.READ, Protection.WRITE);
    }

    long anonymous(long bytes) {
        return task.addressSpace().mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE),
                Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS), null, 0);
    }

    DmaContainer open(String name) {
        return (DmaContainer) type1.open(name, task);
    }

    @Override
    public void close() {
        type1.stop();
        spaces.stop();
        arena.close();
    }
}
