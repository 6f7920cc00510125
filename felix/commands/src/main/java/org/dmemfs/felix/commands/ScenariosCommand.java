package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code scenarios}: the scenarios of the series, run on this very machine. */
@Component(service = ScenariosCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=scenarios",
        "dmem.surroundings=MACHINE"})
public final class ScenariosCommand {
    private final List<Scenario> scenarios;
    private final Machines machines;
    private final KernelLog log;

    /** Bound by Declarative Services, anew whenever a scenario comes or goes. */
    @Activate
    public ScenariosCommand(@Reference Machines machines, @Reference KernelLog log,
            @Reference(cardinality = ReferenceCardinality.MULTIPLE, policyOption = ReferencePolicyOption.GREEDY) List<Scenario> scenarios) {
        this.machines = machines;
        this.log = log;
        this.scenarios = scenarios.stream().sorted(Comparator.comparing(Scenario::name)).toList();
    }

    /** The list. */
    @Descriptor("Prints the scenarios, or runs one on this machine, which nobody else may use meanwhile.")
    public void scenarios(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Listing(scenarios.stream().map(Listed::of).toList()));
    }

    /** A run. */
    @Descriptor("Prints the scenarios, or runs one on this machine, which nobody else may use meanwhile.")
    public @Nullable Object scenarios(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("its name") String name) {
        Scenario scenario = scenarios.stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow(() -> new UsageException("%s is no scenario: there are %s".formatted(name,
                        String.join(", ", scenarios.stream().map(Scenario::name).toList()))));
        String series = machines.options().get(Option.SERIES);
        CallRecorder recorder = new CallRecorder(log);
        scenario.run(SeriesVersion.parse(series), recorder::told);
        ScenarioRun run = ScenarioRun.of(name, series, recorder.calls());
        new Answer(session, json).give(run);
        return run.passed() ? null : new Interpreter.ExitCode(1);
    }

    record Listed(String name, List<Integer> patches, Map<String, String> machine, String component) {
        static Listed of(Scenario scenario) {
            return new Listed(scenario.name(), scenario.patches().stream().sorted().toList(),
                    new TreeMap<>(scenario.machine()), scenario.getClass().getName());
        }
    }

    record Listing(List<Listed> scenarios) implements Report {
        @Override
        public List<String> lines() {
            return scenarios.stream().map(each -> "%s: patches %s, written for %s".formatted(each.name(),
                    each.patches(), each.machine())).toList();
        }
    }

    /** A call, with the lines that the kernel log got meanwhile, those that only inform left out. */
    record Call(String call, String expected, String answer, boolean agrees, List<String> kernelLog) {
        String line() {
            return "%s: %s%s".formatted(call, answer, agrees ? "" : ", but the series answers " + expected);
        }
    }

    /** What came of a scenario. */
    record ScenarioRun(String name, String series, boolean passed, List<Call> calls) implements Report {
        static ScenarioRun of(String name, String series, List<Call> calls) {
            return new ScenarioRun(name, series, calls.stream().allMatch(Call::agrees), calls);
        }

        /** The calls with other answers than the series'. */
        List<Call> failures() {
            return calls.stream().filter(call -> !call.agrees()).toList();
        }

        /** The calls up to the first with another answer; empty where all agree. */
        Optional<List<Call>> upToFailure() {
            return IntStream.range(0, calls.size()).filter(index -> !calls.get(index).agrees())
                    .mapToObj(index -> calls.subList(0, index + 1)).findFirst();
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("%s, series %s: %s".formatted(name, series, passed ? "passed" : "failed"));
            for (Call each : calls) {
                lines.add("  " + each.line());
                each.kernelLog().forEach(line -> lines.add("    kernel log: " + line));
            }
            return lines;
        }
    }
}
