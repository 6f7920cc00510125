package org.dmemfs.felix.commands.tour;

import java.util.List;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;

/** The memory map, where it was read, the nodes and the command line. */
final class BootStep {
    private final Reservation reservation;

    BootStep(Reservation reservation) {
        this.reservation = reservation;
    }

    void run(StepReport report) {
        MemoryMap map = reservation.memoryMap();
        List<MemoryRange> ram = map.ranges().stream().filter(BootStep::isRam).toList();
        long bytes = ram.stream().mapToLong(MemoryRange::bytes).sum();
        int nodes = reservation.topology().online().weight();
        boolean host = "host".equals(reservation.machine());
        report.say(host,
                "memory map from %s: %s of RAM in %d ranges up to 0x%x on %d %s".formatted(reservation.source(),
                        MemorySize.format(bytes), ram.size(), map.endOfRam(), nodes, nodes == 1 ? "node" : "nodes"));
        report.modelled("command line: " + reservation.commandLine());
        report.figure("source", reservation.source());
        report.figure("commandLine", reservation.commandLine());
        report.figure("ramBytes", bytes);
        report.figure("nodes", nodes);
    }

    private static boolean isRam(MemoryRange range) {
        return range.kind() == FrameKind.RAM || range.kind() == FrameKind.DMEM || range.kind() == FrameKind.SET_ASIDE;
    }
}
