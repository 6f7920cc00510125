package org.dmemfs.reserve.memblock;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.Memblock;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Reads the machine, reads the command line, walks. */
@Component(service = Memblock.class)
public final class MemblockService implements Memblock {
    private final MachineReader machines;

    /** Over this host. */
    @Activate
    public MemblockService() {
        this(Path.of("/"));
    }

    MemblockService(Path root) {
        machines = new MachineReader(root);
    }

    @Override
    public Reservation reserve(String machine, String commandLine, SeriesVersion series) {
        DmemChoice choice = DmemChoice.of(KernelCommandLine.of(commandLine));
        Machine found = machines.read(machine);
        List<String> notices = new ArrayList<>(found.notices());
        notices.addAll(choice.notices());
        ReservationWalk.Outcome outcome = choice.inForce() == null
                ? new ReservationWalk.Outcome(List.of(), List.of(), List.of())
                : ReservationWalk.take(choice.inForce(), found.free(series), series);
        notices.addAll(outcome.notices());
        notices.addAll(evictedCrashKernels(found, outcome.regions()));
        return new Reservation(machine, found.source(), commandLine, after(found, outcome.regions()), found.topology(),
                outcome.regions(), outcome.shortfalls(), notices);
    }

    private static List<String> evictedCrashKernels(Machine machine, List<DmemRegion> regions) {
        return machine.occupied().stream().filter(Machine.Occupied::isCrashKernel)
                .filter(crash -> regions.stream().anyMatch(region -> region.startPhysicalAddress() < crash.end()
                        && crash.start() < region.endPhysicalAddress()))
                .map(crash -> "The crash kernel, now at 0x%x-0x%x, is placed after dmem= and finds another place or none"
                        .formatted(crash.start(), crash.end() - 1))
                .toList();
    }

    private static MemoryMap after(Machine machine, List<DmemRegion> regions) {
        RangeMap<MemoryRange> map = new RangeMap<>();
        machine.ranges().forEach(range -> map.paint(range.startPhysicalAddress(), range.endPhysicalAddress(), range));
        for (DmemRegion region : regions) {
            // dmem stays System RAM in the resource tree; it only has no struct page.
            map.paint(region.startPhysicalAddress(), region.endPhysicalAddress(), new MemoryRange(
                    region.startPhysicalAddress(), region.endPhysicalAddress(), region.node(), FrameKind.DMEM,
                    "System RAM"));
        }
        return new MemoryMap(map.pieces().stream().map(piece -> new MemoryRange(piece.start(), piece.end(),
                piece.value().node(), piece.value().kind(), piece.value().name())).toList());
    }
}
