package org.dmemfs.core.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.jspecify.annotations.Nullable;

/** Cuts the registered regions into dpages of a size: those with bad frames start retired, used memory starts dirty. */
final class Carver {
    private final RegisteredRegions registered;
    private final BadFrames badFrames;
    private final DirtyMemory dirtyMemory;
    private final SeriesVersion series;
    private final DmemTracepoints trace;
    private final Oops oops;
    private final Supplier<PatchesOut> patchesOut;

    Carver(RegisteredRegions registered, BadFrames badFrames, DirtyMemory dirtyMemory, SeriesVersion series,
            DmemTracepoints trace, Oops oops, Supplier<PatchesOut> patchesOut) {
        this.registered = registered;
        this.badFrames = badFrames;
        this.dirtyMemory = dirtyMemory;
        this.series = series;
        this.trace = trace;
        this.oops = oops;
        this.patchesOut = patchesOut;
    }

    Carving carve(PageSize pageSize, @Nullable RegionAllocatorFactory factory) {
        PatchesOut out = patchesOut.get();
        List<DpageNode> nodes = new ArrayList<>();
        List<DpageRegion> built = new ArrayList<>();
        long unaligned = 0;
        try {
            for (int node : registered.nodes().nodes()) {
                NodeCounters counters = new NodeCounters(nodes.size());
                int before = built.size();
                for (DmemRegion region : registered.on(node)) {
                    ErrorBitmap.requireRoom(region, out);
                    DpageRange range = DpageRange.of(region, pageSize, series);
                    unaligned += range.unalignedPages();
                    if (range.dpages() > 0) {
                        built.add(region(range, pageSize, counters, factory));
                    } else if (range.underflowed()) {
                        built.add(underflowed(range, pageSize, counters));
                    }
                }
                nodes.add(new DpageNode(node, counters,
                        built.subList(before, built.size()).toArray(DpageRegion[]::new)));
            }
        } catch (ErrnoException failure) {
            built.forEach(DpageRegion::close);
            throw failure;
        }
        return new Carving(pageSize, nodes, unaligned, trace, !out.has(35));
    }

    private DpageRegion region(DpageRange range, PageSize pageSize, NodeCounters counters,
            @Nullable RegionAllocatorFactory factory) {
        DpageStates states = new DpageStates(range.dpages());
        try {
            for (long pfn : badFrames.all()) {
                long index = (pfn << 12 >> pageSize.shift()) - range.firstDpage();
                if (index >= 0 && index < range.dpages()) {
                    states.markBad(index);
                }
            }
            dirtyMemory.markIn(range, pageSize, states);
            RegionAllocator allocator = factory == null
                    ? new AbsentAllocator(states, states.recountFree())
                    : factory.create(range.dpages(), states);
            return new DpageRegion(range, pageSize, counters, states, allocator);
        } catch (ErrnoException failure) {
            states.close();
            throw failure;
        }
    }

    private DpageRegion underflowed(DpageRange range, PageSize pageSize, NodeCounters counters) {
        if (series == SeriesVersion.V2) {
            throw new ErrnoException(Errno.ENOMEM,
                    "no table of references can be had for a region that underflowed: its"
                            + " ends are within one dpage of " + pageSize.label());
        }
        return new DpageRegion(range, pageSize, counters, new DpageStates(0),
                new UnderflowedAllocator(oops, range, pageSize.shift()));
    }
}
