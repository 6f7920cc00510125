package org.dmemfs.reserve.memblock;

import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;

/**
 * A machine at the moment before {@code dmem=} takes its part.
 *
 * @param source where the map was read, for people
 * @param ranges disjoint, ascending; RAM in whole frames, as memblock has it
 * @param occupied what of the RAM is not free
 * @param topology the nodes
 * @param notices what of the input could not be used
 * @param commandLine with which the machine was booted, where its description has it
 */
record Machine(String source, List<MemoryRange> ranges, List<Occupied> occupied, NumaTopology topology,
        List<String> notices, Optional<String> commandLine) {
    private static final String CRASH_KERNEL = "Crash kernel";

    /** RAM that memblock has reserved, by the name of its owner. */
    record Occupied(long start, long end, String name) {
        boolean isCrashKernel() {
            return name.equals(CRASH_KERNEL);
        }
    }

    /** A range that memblock would hand out, on one node. */
    record Free(long start, long end, int node) {
    }

    /**
     * Memory minus reserved, ascending. V1 takes its part after the crash kernel was placed, V2 before, so that there
     * the crash kernel is no obstacle.
     */
    List<Free> free(SeriesVersion series) {
        RangeMap<Integer> free = new RangeMap<>();
        ranges.stream().filter(range -> range.kind() == FrameKind.RAM)
                .forEach(range -> free.paint(range.startPhysicalAddress(), range.endPhysicalAddress(), range.node()));
        RangeMap<Integer> merged = new RangeMap<>();
        free.pieces().forEach(piece -> merged.paint(piece.start(), piece.end(), piece.value()));
        occupied.stream().filter(taken -> series == SeriesVersion.V1 || !taken.isCrashKernel())
                .forEach(taken -> merged.erase(taken.start(), taken.end()));
        return merged.pieces().stream().map(piece -> new Free(piece.start(), piece.end(), piece.value())).toList();
    }
}
