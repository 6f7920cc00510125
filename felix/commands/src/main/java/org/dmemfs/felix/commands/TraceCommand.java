package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.tracing.PseudoFileSystem;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code trace}: the last events, as tracefs has them. */
@Component(service = TraceCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=trace",
        "dmem.surroundings=MACHINE"})
public final class TraceCommand {
    private static final String COMMENT = "#";
    private static final String SET_EVENT = "set_event";

    private final PseudoFileSystem tracefs;

    /** Bound by Declarative Services. */
    @Activate
    public TraceCommand(
            @Reference(target = "(mountPoint=/sys/kernel/tracing)") PseudoFileSystem tracefs) {
        this.tracefs = tracefs;
    }

    /** The command. */
    @Descriptor("Prints the last trace events as ftrace's text. Those of each dpage are recorded where --enable names"
            + " them.")
    public void trace(CommandSession session,
            @Descriptor("records an event from now on: SYSTEM:EVENT, as set_event takes it, * for any") @Parameter(names = "--enable", absentValue = "") String enable,
            @Descriptor("no longer records it") @Parameter(names = "--disable", absentValue = "") String disable,
            @Descriptor("how many events at most") @Parameter(names = "--last", absentValue = "") String last,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        int most = last.isEmpty() ? Integer.MAX_VALUE : WholeNumber.count("--last", last);
        String chosen = (enable + (disable.isEmpty() ? "" : " !" + disable)).strip();
        if (!chosen.isEmpty()) {
            KernelAnswer.to(() -> tracefs.write(SET_EVENT, chosen));
        }
        List<String> text = tracefs.read("trace").lines().toList();
        List<String> events = text.stream().filter(line -> !line.startsWith(COMMENT)).toList();
        new Answer(session, json).give(new Trace(text.stream().filter(line -> line.startsWith(COMMENT)).toList(),
                tracefs.read(SET_EVENT).lines().toList(),
                events.subList(Math.max(0, events.size() - most), events.size())));
    }

    private record Trace(List<String> header, List<String> recorded, List<String> events) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("# recorded: " + (recorded.isEmpty() ? "nothing" : String.join(" ", recorded)));
            lines.addAll(header);
            lines.addAll(events);
            return lines;
        }
    }
}
