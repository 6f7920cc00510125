package org.dmemfs.felix.commands;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code dmesg}: the kernel log. */
@Component(service = DmesgCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=dmesg",
        "dmem.surroundings=MACHINE"})
public final class DmesgCommand {
    private final KernelLog log;

    /** Bound by Declarative Services. */
    @Activate
    public DmesgCommand(@Reference KernelLog log) {
        this.log = log;
    }

    /** The command. */
    @Descriptor("Prints the machine's kernel log.")
    public void dmesg(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Log(log.lines()));
    }

    record Entry(long sequence, long microseconds, String level, String text) {
    }

    private record Log(List<KernelLog.Line> kept) implements Report {
        @Override
        public List<String> lines() {
            return kept.stream().map(KernelLog.Line::toString).toList();
        }

        @Override
        public Object document() {
            return new Document(kept.stream().map(line -> new Entry(line.sequence(), line.microseconds(),
                    line.level().name(), line.text())).toList());
        }
    }

    record Document(List<Entry> lines) {
    }
}
