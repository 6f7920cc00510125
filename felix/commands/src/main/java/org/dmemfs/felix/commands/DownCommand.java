package org.dmemfs.felix.commands;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.StandingMachine;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code down}: the end of a machine that stays. */
@Component(service = DownCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=down",
        "dmem.surroundings=NONE"})
public final class DownCommand {
    private final Machines machines;

    /** Bound by Declarative Services. */
    @Activate
    public DownCommand(@Reference Machines machines) {
        this.machines = machines;
    }

    /** The command. */
    @Descriptor("Ends the machine that is up, and waits until it has given everything back.")
    public void down(CommandSession session,
            @Descriptor("its name") @Parameter(names = "--at", absentValue = "default") String name,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        StandingMachine ended = machines.leave(name);
        new Answer(session, json).give(new Ended(ended.name(), ended.processId()));
    }

    private record Ended(String name, long process) implements Report {
        @Override
        public List<String> lines() {
            return List.of("%s goes down: process %d".formatted(name, process));
        }
    }
}
