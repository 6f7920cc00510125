package org.dmemfs.reserve.memblock;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
    /** Of the 2,048 that x86 gives a command line, one is its closing zero. */
    private static final int COMMAND_LINE_BYTES = 2047;

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
        KernelCommandLine parameters = KernelCommandLine
                .of(commandLine.substring(0, Math.min(commandLine.length(), COMMAND_LINE_BYTES)));
        DmemChoice choice = DmemChoice.of(parameters);
        MemoryParameters.Outcome edited = MemoryParameters.apply(machines.read(machine), parameters);
        Machine booted = edited.machine();
        ReservationWalk.Outcome outcome = choice.inForce() == null
                ? new ReservationWalk.Outcome(List.of(), List.of(), List.of())
                : ReservationWalk.take(choice.inForce(), booted.free(series), series);
        HugePageParameters.Outcome pools = HugePageParameters.apply(parameters,
                left(booted.free(SeriesVersion.V1), outcome.regions()));
        return new Reservation(machine, booted.source(), commandLine, after(booted, outcome.regions()),
                booted.topology(), outcome.regions(), outcome.shortfalls(),
                Stream.of(edited.setAsides(), pools.setAsides()).flatMap(List::stream).toList(),
                Stream.of(cutNotice(commandLine), booted.notices(),
                        edited.notices(), choice.notices(), outcome.notices(),
                        evictedCrashKernels(booted, outcome.regions()), pools.notices()).flatMap(List::stream)
                        .toList());
    }

    @Override
    public String defaultCommandLine(String machine, String request) {
        // The request goes first: behind a lone -- or inside an open quote it would be no parameter.
        return machines.read(machine).commandLine()
                .map(line -> KernelCommandLine.of(line).named("dmem").findAny().isPresent()
                        ? line
                        : request + " " + line)
                .orElse(request);
    }

    private static List<Machine.Free> left(List<Machine.Free> free, List<DmemRegion> regions) {
        RangeMap<Integer> left = new RangeMap<>();
        free.forEach(range -> left.paint(range.start(), range.end(), range.node()));
        regions.forEach(region -> left.erase(region.startPhysicalAddress(), region.endPhysicalAddress()));
        return left.pieces().stream().map(piece -> new Machine.Free(piece.start(), piece.end(), piece.value()))
                .toList();
    }

    private static List<String> cutNotice(String commandLine) {
        return commandLine.length() <= COMMAND_LINE_BYTES
                ? List.of()
                : List.of("The command line has %,d bytes: x86 reads the first %,d".formatted(commandLine.length(),
                        COMMAND_LINE_BYTES));
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
