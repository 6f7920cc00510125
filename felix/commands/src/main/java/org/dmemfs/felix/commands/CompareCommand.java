package org.dmemfs.felix.commands;

import com.google.gson.Gson;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.conformance.Comparison;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.commands.CompareDocument.Compared;
import org.dmemfs.felix.commands.CompareDocument.Listing;
import org.dmemfs.felix.commands.CompareDocument.Row;
import org.dmemfs.felix.commands.CompareDocument.Run;
import org.dmemfs.felix.commands.ComparedMachines.Column;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code compare}: the same operations on every scheme of guest memory, each on a machine of its own. */
@Component(service = CompareCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=compare",
        "dmem.surroundings=NONE"})
public final class CompareCommand {
    private final Machines machines;

    /** Bound by Declarative Services. */
    @Activate
    public CompareCommand(@Reference Machines machines) {
        this.machines = machines;
    }

    /** The command. */
    @Descriptor("Runs one list of operations on every scheme of guest memory, each on a machine of its own.")
    public void compare(CommandSession session,
            @Descriptor("schemes or variants with commas between, such as hugetlb,dmemfs-v2; without it all") @Parameter(names = "--schemes", absentValue = "") String wanted,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        Answer answer = new Answer(session, json);
        Listing listing;
        try (ScenarioMachine bare = ScenarioMachine.boot(machines,
                Comparison.bareMachine().getOrDefault("series", Option.SERIES.initial()),
                Comparison.bareMachine())) {
            listing = new Gson().fromJson(bare.answer("schemes"), Listing.class);
        }
        List<Compared> chosen = chosen(listing.schemes(), wanted);
        List<Column> columns = chosen.stream()
                .map(scheme -> new Column(scheme.name(), scheme.title(), scheme.machine())).toList();
        CommandConsole console = (CommandConsole) session.get(Interpreter.CONSOLE);
        List<Run> runs = List.copyOf(new ComparedMachines(machines,
                console == null ? session.getConsole() : console.error()).run(columns).values());
        chosen.forEach(scheme -> answer.tell(() -> List.of("%s: on %s, %s".formatted(scheme.title(),
                scheme.machine().get(Option.MACHINE.word()), scheme.machine().get(Option.CMDLINE.word())))));
        answer.give(new CompareDocument(chosen,
                listing.operations().stream().map(operation -> Row.of(operation, runs)).toList()));
    }

    private static List<Compared> chosen(List<Compared> all, String wanted) {
        if (wanted.isEmpty()) {
            return all;
        }
        Set<String> words = new LinkedHashSet<>(Arrays.asList(wanted.split(",", -1)));
        for (String word : words) {
            if (all.stream().noneMatch(each -> isMeant(each, word))) {
                throw new UsageException("%s is no scheme: there are %s".formatted(word,
                        all.stream().map(Compared::name).collect(Collectors.joining(", "))));
            }
        }
        return all.stream().filter(each -> words.stream().anyMatch(word -> isMeant(each, word))).toList();
    }

    private static boolean isMeant(Compared scheme, String word) {
        return word.equals(scheme.name()) || word.equals(scheme.scheme());
    }
}
