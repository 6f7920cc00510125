package org.dmemfs.felix.commands;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.conformance.Comparison;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Machine;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code plan}: which guests fit on a machine under each scheme of guest memory. Schemes are services of a booted machine, so
 * a small one is booted for {@link PlanningCommand}, whatever machine is planned and whichever one is up.
 */
@Component(service = PlanCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=plan",
        "dmem.surroundings=NONE"})
public final class PlanCommand {
    private final Machines machines;

    /** Bound by Declarative Services. */
    @Activate
    public PlanCommand(@Reference Machines machines) {
        this.machines = machines;
    }

    /** The command. */
    @Descriptor("Plans a machine: which guests fit under each scheme of guest memory, what it costs, what to boot with. Exit code 0: all fit under some scheme, 1: under none, 2: wrong input.")
    public @Nullable Object plan(CommandSession session,
            @Descriptor("host, nodes and size such as 2x512G, or a file: a saved dmesg, or in the format of /proc/iomem") @Parameter(names = "--machine", absentValue = "") String machine,
            @Descriptor("such as 40x4G,10x16G@1 with @ and a node where one is wished, or a CSV file of name, bytes, node wish") @Parameter(names = "--guests", absentValue = "") String guests,
            @Descriptor("for every scheme that has it: 4K, 2M or 1G; without it the one that costs least") @Parameter(names = "--page-size", absentValue = "") String pageSize,
            @Descriptor("what the host keeps for itself on all nodes together; without it a 64th, at least 1G a node") @Parameter(names = "--host", absentValue = "") String host,
            @Descriptor("preferred: a node wish may be met elsewhere, bind: it may not") @Parameter(names = "--wish", absentValue = "preferred") String wish,
            @Descriptor("schemes or variants with commas between, such as hugetlb,dmemfs-v2; without it all") @Parameter(names = "--schemes", absentValue = "") String schemes,
            @Descriptor("a file to draw the memory of each node into") @Parameter(names = "--svg", absentValue = "") String svg,
            @Descriptor("every number with its formula") @Parameter(names = "--why", presentValue = "true", absentValue = "false") boolean why,
            @Descriptor("plan without running compare first: no page tables, nothing on what breaks") @Parameter(names = "--no-compare", presentValue = "true", absentValue = "false") boolean noCompare,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        List<String> arguments = new ArrayList<>();
        give(arguments, "--planned", machine.isEmpty() ? machines.options().get(Option.MACHINE) : machine);
        give(arguments, "--guests", guests);
        give(arguments, "--page-size", pageSize);
        give(arguments, "--host", host);
        give(arguments, "--wish", wish);
        give(arguments, "--schemes", schemes);
        give(arguments, "--svg", svg);
        if (why) {
            arguments.add("--why");
        }
        if (noCompare) {
            arguments.add("--no-compare");
        }
        Map<Option, String> options = new EnumMap<>(Option.class);
        Comparison.bareMachine().forEach((word, value) -> Option.named(word)
                .ifPresent(option -> options.put(option, value)));
        CommandConsole console = (CommandConsole) session.get(Interpreter.CONSOLE);
        PrintStream error = console == null ? session.getConsole() : console.error();
        try (Machine small = machines.boot(MachineOptions.initial().with(options))) {
            int exitCode = small.service(CommandInterpreter.class).run(
                    new CommandRequest("planning", arguments, Map.of(), json, "default"),
                    new CommandConsole(InputStream.nullInputStream(), session.getConsole(), error,
                            session.currentDir(), null));
            return exitCode == 0 ? null : new Interpreter.ExitCode(exitCode);
        }
    }

    private static void give(List<String> arguments, String option, String value) {
        if (!value.isEmpty()) {
            arguments.addAll(List.of(option, value));
        }
    }
}
