package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.Shortfall;

/**
 * {@code dmem_reserve_init}: what a request takes of the free ranges. The kernel starts over from the top after each
 * region it took; as what is left above can then no longer be taken, one pass from high to low finds the same.
 */
@Patch(v1 = 2, v2 = 2)
final class ReservationWalk {
    private final DmemParameter request;
    private final RegionTable table;
    private final List<Shortfall> shortfalls = new ArrayList<>();

    /** What was taken, what was not to be had, and what the kernel prints meanwhile. */
    record Outcome(List<DmemRegion> regions, List<Shortfall> shortfalls, List<String> notices) {
    }

    private ReservationWalk(DmemParameter request, SeriesVersion series) {
        this.request = request;
        table = new RegionTable(series);
    }

    /** Walks free ranges that are ascending and disjoint. */
    static Outcome take(DmemParameter request, List<Machine.Free> free, SeriesVersion series) {
        ReservationWalk walk = new ReservationWalk(request, series);
        if (request.base() == 0) {
            walk.takeSize(free);
        } else {
            walk.takeRange(free);
        }
        return new Outcome(walk.table.regions(), List.copyOf(walk.shortfalls), walk.table.notices());
    }

    private void takeSize(List<Machine.Free> free) {
        SortedMap<Integer, Long> wanted = wanted(free);
        SortedMap<Integer, Long> left = new TreeMap<>(wanted);
        for (Machine.Free range : free.reversed()) {
            long want = left.getOrDefault(range.node(), 0L);
            long start = Section.alignUp(range.start(), request.align());
            long end = Section.alignDown(range.end(), request.align());
            if (want == 0 || Long.compareUnsigned(start, end) >= 0) {
                continue;
            }
            long taken = unsignedMin(end - start, want);
            if (!table.register(range.node(), end - taken, end)) {
                break;
            }
            left.put(range.node(), want - taken);
        }
        wanted.forEach((node, want) -> account(node, want, left.getOrDefault(node, 0L)));
    }

    /**
     * What each node is to give. The free bytes are rounded <em>up</em> to the alignment first, so that with an
     * exclamation mark the kernel may keep up to one alignment less than was asked for it, and without one more may be
     * wanted than can ever be aligned.
     */
    private SortedMap<Integer, Long> wanted(List<Machine.Free> free) {
        SortedMap<Integer, Long> freeBytes = new TreeMap<>();
        free.forEach(range -> freeBytes.merge(range.node(), range.end() - range.start(), Long::sum));
        SortedMap<Integer, Long> wanted = new TreeMap<>();
        freeBytes.forEach((node, bytes) -> {
            long counted = Section.alignUp(bytes, request.align());
            long beyond = Long.compareUnsigned(counted, request.size()) > 0 ? counted - request.size() : 0;
            wanted.put(node, request.leftToKernel() ? beyond : unsignedMin(request.size(), counted));
        });
        return wanted;
    }

    /**
     * The kernel prints its line only where the rounded want was not met, and names the size that was requested, not
     * what is missing; the shortfall that people are shown is what of the request the node does not give.
     */
    private void account(int node, long want, long left) {
        if (left != 0) {
            table.notice("dmem: node " + node + " cannot give all of the " + DmemParameter.text(request.size())
                    + " requested");
        }
        long requested = request.leftToKernel() ? want : request.size();
        long missing = requested - (want - left);
        if (missing != 0) {
            shortfalls.add(new Shortfall(node, signed(requested), signed(missing)));
        }
    }

    private void takeRange(List<Machine.Free> free) {
        long rangeStart = unsignedMin(request.base(), Section.ADDRESS_LIMIT);
        long rangeEnd = unsignedMin(request.base() + request.size(), Section.ADDRESS_LIMIT);
        long left = request.size();
        for (Machine.Free range : free.reversed()) {
            long start = Section.alignUp(Math.max(range.start(), rangeStart), request.align());
            long end = Section.alignDown(Math.min(range.end(), rangeEnd), request.align());
            if (left == 0 || Long.compareUnsigned(start, end) >= 0 || start < 0) {
                continue;
            }
            if (!table.register(range.node(), start, end)) {
                break;
            }
            left -= end - start;
        }
        if (left != 0) {
            table.notice("dmem: " + DmemParameter.text(left) + " of the range 0x%x-0x%x cannot be had".formatted(
                    request.base(), request.base() + request.size() - 1));
            shortfalls.add(new Shortfall(-1, signed(request.size()), signed(left)));
        }
    }

    private static long unsignedMin(long left, long right) {
        return Long.compareUnsigned(left, right) < 0 ? left : right;
    }

    private static long signed(long unsigned) {
        return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }
}
