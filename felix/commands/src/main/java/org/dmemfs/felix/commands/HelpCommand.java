package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.commands.CommandDescription.Kind;
import org.dmemfs.felix.commands.CommandDescription.ParameterDescription;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code help}: the commands, from their own descriptions. */
@Component(service = HelpCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=help",
        "dmem.surroundings=NONE"})
public final class HelpCommand {
    private final Catalogue catalogue;

    /** Bound by Declarative Services. */
    @Activate
    public HelpCommand(@Reference Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The command without an argument. */
    @Descriptor("Prints the commands, or what one of them does.")
    public void help(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Overview(catalogue.commands()));
    }

    /** The command with an argument. */
    @Descriptor("Prints the commands, or what one of them does.")
    public void help(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("the command to be explained") String command) {
        new Answer(session, json).give(new Page(catalogue.command(command)));
    }

    private static List<String> table(List<ParameterDescription> parameters) {
        int width = parameters.stream().mapToInt(each -> each.name().length()).max().orElse(0);
        return parameters.stream()
                .map(each -> ("  %-" + width + "s  %s").formatted(each.name(), each.text()).stripTrailing()).toList();
    }

    private record Overview(List<CommandDescription> commands) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("dmem [options] command");
            lines.add("");
            lines.add("Commands:");
            lines.addAll(table(commands.stream()
                    .map(each -> new ParameterDescription(each.word(), each.summary(), Kind.ARGUMENT)).toList()));
            lines.add("");
            lines.add("Options, before or after the command:");
            List<ParameterDescription> options = new ArrayList<>();
            for (Option option : Option.values()) {
                if (option != Option.ALLOCATOR) {
                    options.add(new ParameterDescription("--" + option.word(), option.accepted() + initial(option),
                            Kind.OPTION));
                }
            }
            options.add(new ParameterDescription("--json", "the answer as one JSON document", Kind.FLAG));
            options.add(new ParameterDescription("--at", "the name of the machine that is meant (default: default)",
                    Kind.OPTION));
            lines.addAll(table(options));
            return lines;
        }

        private static String initial(Option option) {
            return option == Option.CMDLINE
                    ? " (default: dmem=1G, with --pagesize 1G dmem=4G:1G; a saved dmesg's own counts)"
                    : option.initial().isEmpty() ? "" : " (default: " + option.initial() + ")";
        }
    }

    private record Page(CommandDescription command) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            StringBuilder usage = new StringBuilder("dmem ").append(command.word());
            command.options().forEach(each -> usage.append(" [").append(each.name())
                    .append(each.kind() == Kind.OPTION ? " VALUE]" : "]"));
            for (int i = 0; i < command.arguments().size(); i++) {
                String name = command.arguments().get(i).name();
                usage.append(' ').append(i < command.fewestArguments() ? name : "[" + name + "]");
            }
            lines.add(usage.toString());
            lines.add(command.summary());
            lines.addAll(table(command.parameters()));
            if (command.surroundings().isMachine()) {
                lines.add("Runs on the machine that is up, or on a fresh one that is booted for it.");
            }
            return lines;
        }
    }
}
