package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.felix.UsageException;
import org.dmemfs.reserve.MemmapWords;
import org.dmemfs.reserve.Reservation;

/** The words with which a stock kernel sets the regions of a reservation aside. */
record MemmapReport(String machine, String commandLine, List<ReservationReport.Region> regions, List<String> words,
        String memmap, String grubDefault, String grubConfiguration, List<String> differences) implements Report {
    private static final List<String> DIFFERENCES = List.of(
            "The memory is reserved: no System RAM, not in the direct map, and without struct page.",
            "Drivers and /dev/mem reach it; a file system like dmemfs would have to map it first.",
            "The places are fixed: the words are for this machine and this memory map alone.");

    static MemmapReport of(Reservation reservation, MemmapWords words) {
        if (words.words().isEmpty()) {
            throw new UsageException("%s reserves nothing on %s: there is no region to be written as memmap="
                    .formatted(reservation.commandLine(), reservation.machine()));
        }
        return new MemmapReport(reservation.machine(), reservation.commandLine(),
                ReservationReport.regions(reservation), words.words(), words.commandLine(), words.grubDefault(),
                words.grubConfiguration(), DIFFERENCES);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(memmap);
        lines.add("");
        lines.add("in /etc/default/grub: GRUB_CMDLINE_LINUX=\"%s\"".formatted(grubDefault));
        lines.add("in grub.cfg: " + grubConfiguration);
        lines.add("");
        lines.add("What differs from " + commandLine + ":");
        differences.forEach(each -> lines.add("- " + each));
        return lines;
    }
}
