package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.StandingMachine;
import org.dmemfs.kernel.PageSize;

/** A machine that stays, as its own services tell. */
record StandingReport(String name, long process, String socket, String machine, String commandLine, String memory,
        String pageSize, String series, List<String> state) implements Report {
    static StandingReport of(StandingMachine standing, MachineOptions options, String commandLine,
            PageSize pageSize, List<String> state) {
        return new StandingReport(standing.name(), standing.processId(), standing.socket().toString(),
                options.get(Option.MACHINE), commandLine, options.get(Option.MEMORY),
                pageSize.label(), options.get(Option.SERIES), state);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("%s is up: process %d, socket %s".formatted(name, process, socket));
        lines.add("machine %s, %s, memory %s, page size %s, series %s".formatted(machine, commandLine, memory, pageSize,
                series));
        lines.addAll(state);
        return lines;
    }
}
