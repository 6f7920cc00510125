package org.dmemfs.felix.commands;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.Memblock;
import org.dmemfs.reserve.MemmapWords;
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
            @Descriptor("host, nodes and size such as 2x512G, or a file: a saved dmesg, or in the format of /proc/iomem") @Parameter(names = "--machine", absentValue = "") String machine,
            @Descriptor("a kernel command line with dmem=; a saved dmesg has its own") @Parameter(names = "--cmdline", absentValue = "") String commandLine,
            @Descriptor("whose walk: repaired, v2 or v1") @Parameter(names = "--series", absentValue = "") String series,
            @Descriptor("memmap: the words that set the same regions aside on a stock kernel") @Parameter(names = "--as", absentValue = "") String form,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        if (!form.isEmpty() && !form.equals("memmap")) {
            throw new UsageException("--as %s is not known: accepted is memmap".formatted(form));
        }
        try {
            Reservation reservation = reservation(machine, commandLine, series);
            new Answer(session, json).give(form.isEmpty()
                    ? ReservationReport.of(reservation)
                    : MemmapReport.of(reservation, MemmapWords.of(reservation.regions())));
        } catch (ErrnoException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()), refused);
        }
    }

    private Reservation reservation(String machine, String commandLine, String series) {
        String place = machine.isEmpty() ? machines.options().get(Option.MACHINE) : machine;
        String version = series.isEmpty() ? machines.options().get(Option.SERIES) : Option.SERIES.check(series);
        return memblock.reserve(place, commandLine.isEmpty() ? unchosen(place) : commandLine,
                SeriesVersion.parse(version));
    }

    private String unchosen(String place) {
        String chosen = machines.options().chosen().get(Option.CMDLINE);
        return chosen == null ? memblock.defaultCommandLine(place, machines.options().request()) : chosen;
    }
}
