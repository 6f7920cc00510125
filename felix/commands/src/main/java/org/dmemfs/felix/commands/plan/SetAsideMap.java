package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;

/** A machine with memory set aside on it that nobody booted so. */
final class SetAsideMap {
    private final Reservation machine;

    SetAsideMap(Reservation machine) {
        this.machine = machine;
    }

    /** With pieces of its RAM as regions. */
    Reservation with(List<MemoryRange> pieces) {
        List<MemoryRange> ranges = new ArrayList<>();
        for (MemoryRange range : machine.memoryMap().ranges()) {
            cut(range, pieces, ranges);
        }
        return new Reservation(machine.machine(), machine.source(), machine.commandLine(), new MemoryMap(ranges),
                machine.topology(),
                pieces.stream().map(
                        piece -> new DmemRegion(piece.node(), piece.startPhysicalAddress(), piece.endPhysicalAddress()))
                        .toList(),
                List.of(), List.of());
    }

    private static void cut(MemoryRange range, List<MemoryRange> pieces, List<MemoryRange> ranges) {
        long from = range.startPhysicalAddress();
        for (MemoryRange piece : pieces.stream()
                .filter(each -> each.startPhysicalAddress() < range.endPhysicalAddress()
                        && each.endPhysicalAddress() > range.startPhysicalAddress())
                .sorted(Comparator.comparingLong(MemoryRange::startPhysicalAddress)).toList()) {
            if (piece.startPhysicalAddress() > from) {
                ranges.add(part(range, from, piece.startPhysicalAddress(), range.kind()));
            }
            ranges.add(part(range, piece.startPhysicalAddress(), piece.endPhysicalAddress(), FrameKind.DMEM));
            from = piece.endPhysicalAddress();
        }
        if (from < range.endPhysicalAddress()) {
            ranges.add(part(range, from, range.endPhysicalAddress(), range.kind()));
        }
    }

    private static MemoryRange part(MemoryRange range, long start, long end, FrameKind kind) {
        return new MemoryRange(start, end, range.node(), kind, range.name());
    }
}
