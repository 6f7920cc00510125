package org.dmemfs.core.pool;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.jspecify.annotations.Nullable;

/**
 * References beside the holder's ({@code get_dmem_pfn}, {@code put_dmem_pfn}): what lets a device's memory outlive its
 * file. V1 has none, and there the calls do nothing.
 */
@Patch(v2 = 35)
@Patch(v2 = 36)
final class DpageReferences {
    private final Gate gate;
    private final SeriesVersion series;
    private final Oops oops;

    DpageReferences(Gate gate, SeriesVersion series, Oops oops) {
        this.gate = gate;
        this.series = series;
        this.oops = oops;
    }

    void get(DirectMemoryPool pool, long pfn) {
        if (series == SeriesVersion.V1) {
            return;
        }
        // 12.2.6: as posted, get hands the region finder a node pointer that is null, and it writes through it.
        if (series == SeriesVersion.V2 && !isUncounted(pool.carving())) {
            throw oops.nullPointer("find_dmem_region", "get_dmem_pfn passes no node");
        }
        int before;
        Lane lane = gate.enter();
        try {
            Carving carving = pool.carving();
            if (isUncounted(carving)) {
                return;
            }
            before = carving == null ? DpageStates.REFUSED : carving.get(pfn << 12);
        } finally {
            lane.leave();
        }
        if (before == DpageStates.REFUSED) {
            throw new ErrnoException(Errno.EINVAL,
                    "pfn 0x%x is in no dpage that is used: a reference needs one to begin with".formatted(pfn));
        }
        // 12.2.18: as posted, the count overflows into a BUG; here the one too many is refused.
        if (before == DpageStates.FULL) {
            throw new ErrnoException(Errno.ERANGE,
                    "the dpage of pfn 0x%x has as many references as can be counted".formatted(pfn));
        }
    }

    void put(DirectMemoryPool pool, long pfn) {
        if (series == SeriesVersion.V1) {
            return;
        }
        int after;
        Lane lane = gate.enter();
        try {
            Carving carving = pool.carving();
            if (isUncounted(carving)) {
                return;
            }
            after = carving == null ? gone(pfn) : carving.put(pfn << 12);
        } finally {
            lane.leave();
        }
        if (after == DpageStates.REFUSED) {
            throw new ErrnoException(Errno.EINVAL,
                    "pfn 0x%x is in no dpage that has a reference beside its holder's to give back".formatted(pfn));
        }
        if (DpageStates.references(after) == 0) {
            pool.freed();
        }
    }

    /** Patch 35 was out when the pool came into use: there is no count to raise. */
    private static boolean isUncounted(@Nullable Carving carving) {
        return carving != null && !carving.countsReferences();
    }

    /** 12.2.8: as posted, the last unmount has freed the tables that a later put needs. */
    private int gone(long pfn) {
        if (series == SeriesVersion.V2) {
            throw oops.nullPointer("dmem_free_pages", "the bitmap of pfn 0x%x is gone".formatted(pfn));
        }
        return DpageStates.REFUSED;
    }

    int count(DirectMemoryPool pool, long pfn) {
        Lane lane = gate.enter();
        try {
            Carving carving = pool.carving();
            return carving == null ? 0 : DpageStates.references(carving.stateOf(pfn << 12));
        } finally {
            lane.leave();
        }
    }
}
