package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.Memblock;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code reserve}: what a command line would reserve on a machine. */
@Component(service = ReserveCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=reserve",
        "dmem.surroundings=CALCULATION"})
public final class ReserveCommand {
    private final Memblock memblock;
    private final Machines machines;

    /** Bound by Declarative Services. */
    @Activate
    public ReserveCommand(@Reference Memblock memblock, @Reference Machines machines) {
        this.memblock = memblock;
        this.machines = machines;
    }

    /** The command. */
    @Descriptor("Tells what --cmdline would reserve on --machine, without booting anything.")
    public void reserve(CommandSession session,
            @Descriptor("host, nodes and size such as 2x512G, or a file in the format of /proc/iomem") @Parameter(names = "--machine", absentValue = "") String machine,
            @Descriptor("a kernel command line with dmem=") @Parameter(names = "--cmdline", absentValue = "") String commandLine,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(outcome(machine.isEmpty() ? machines.options().get(Option.MACHINE) : machine,
                commandLine.isEmpty() ? machines.options().get(Option.CMDLINE) : commandLine));
    }

    private Outcome outcome(String machine, String commandLine) {
        try {
            return Outcome.of(memblock.reserve(machine, commandLine));
        } catch (ErrnoException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()), refused);
        }
    }

    private record Region(int node, String start, String end, long bytes) {
    }

    private record Lack(int node, long missingBytes) {
    }

    private record Outcome(String machine, String source, String commandLine, List<Region> regions,
            List<Lack> shortfalls, long registeredPages, long structPageBytesSaved, List<String> notices)
            implements
                Report {
        static Outcome of(Reservation reservation) {
            return new Outcome(reservation.machine(), reservation.source(), reservation.commandLine(),
                    reservation.regions().stream()
                            .map(region -> new Region(region.node(),
                                    "0x%x".formatted(region.startPhysicalAddress()),
                                    "0x%x".formatted(region.endPhysicalAddress()), region.bytes()))
                            .toList(),
                    reservation.shortfalls().stream().map(each -> new Lack(each.node(), each.missingBytes())).toList(),
                    reservation.registeredPages(), reservation.structPageBytesSaved(), reservation.notices());
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("machine %s, read from %s".formatted(machine, source));
            lines.add("command line: " + commandLine);
            for (Region region : regions) {
                lines.add("node %d: %s to %s, %s".formatted(region.node(), region.start(), region.end(),
                        MemorySize.format(region.bytes())));
            }
            for (Lack lack : shortfalls) {
                lines.add("%s falls short by %s".formatted(lack.node() < 0 ? "a range" : "node " + lack.node(),
                        MemorySize.format(lack.missingBytes())));
            }
            lines.addAll(notices);
            lines.add("%d struct page are never made, which saves %s".formatted(registeredPages,
                    MemorySize.format(structPageBytesSaved)));
            return lines;
        }
    }
}
