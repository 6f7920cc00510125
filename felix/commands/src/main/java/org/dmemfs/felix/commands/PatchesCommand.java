package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.commands.PatchSeries.Patch;
import org.dmemfs.felix.commands.PatchReport.Line;
import org.dmemfs.felix.commands.PatchReport.One;
import org.dmemfs.felix.commands.PatchReport.Result;
import org.dmemfs.felix.commands.PatchReport.Table;
import org.dmemfs.felix.commands.PatchReport.Taken;
import org.dmemfs.felix.commands.PatchReport.Without;
import org.dmemfs.felix.commands.ScenariosCommand.Listed;
import org.dmemfs.felix.commands.ScenariosCommand.ScenarioRun;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code patches}: the series patch by patch, each shown by its scenarios on machines of their own. */
@Component(service = PatchesCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=patches",
        "dmem.surroundings=NONE"})
public final class PatchesCommand {
    private static final Map<String, String> SMALL = Map.of("machine", "1x4G", "cmdline", "dmem=1G");

    private final Machines machines;
    private final BundleContext context;

    /** Bound by Declarative Services. */
    @Activate
    public PatchesCommand(@Reference Machines machines, BundleContext context) {
        this.machines = machines;
        this.context = context;
    }

    /** All of them. */
    @Descriptor("Shows the patches one by one, with their scenarios run now on machines of their own.")
    public @Nullable Object patches(CommandSession session,
            @Descriptor("a hook's number: what fails once that patch is taken out of a running machine") @Parameter(names = "--without", absentValue = "") String without,
            @Descriptor("whose answers: repaired, v2 or v1") @Parameter(names = "--series", absentValue = "") String series,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        String version = version(series);
        Answer answer = new Answer(session, json);
        if (!without.isEmpty()) {
            Without report = takeOut(PatchSeries.patch(without), version);
            answer.give(report);
            return report.shown() ? null : new Interpreter.ExitCode(1);
        }
        List<Listed> scenarios = scenarios(version);
        Map<String, ScenarioRun> runs = run(scenarios, version);
        PatchHomes homes = new PatchHomes(context);
        Table table = new Table(version,
                PatchSeries.patches().stream().map(patch -> line(patch, homes, scenarios, runs)).toList());
        answer.give(table);
        return runs.values().stream().allMatch(ScenarioRun::passed) ? null : new Interpreter.ExitCode(1);
    }

    /** One of them. */
    @Descriptor("Shows the patches one by one, with their scenarios run now on machines of their own.")
    public @Nullable Object patches(CommandSession session,
            @Descriptor("a hook's number: what fails once that patch is taken out of a running machine") @Parameter(names = "--without", absentValue = "") String without,
            @Descriptor("whose answers: repaired, v2 or v1") @Parameter(names = "--series", absentValue = "") String series,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("a patch's number in the series of December 2020") String number) {
        if (!without.isEmpty()) {
            throw new UsageException("%s is too much beside --without %s: that patch is the one that is shown"
                    .formatted(number, without));
        }
        Patch patch = PatchSeries.patch(number);
        String version = version(series);
        List<Listed> scenarios = scenarios(version).stream().filter(each -> each.patches().contains(patch.v2()))
                .toList();
        Map<String, ScenarioRun> runs = run(scenarios, version);
        One report = new One(version, line(patch, new PatchHomes(context), scenarios, runs), patch.without(),
                List.copyOf(runs.values()));
        new Answer(session, json).give(report);
        return runs.values().stream().allMatch(ScenarioRun::passed) ? null : new Interpreter.ExitCode(1);
    }

    private String version(String series) {
        return series.isEmpty() ? machines.options().get(Option.SERIES) : Option.SERIES.check(series);
    }

    private List<Listed> scenarios(String version) {
        try (ScenarioMachine machine = ScenarioMachine.boot(machines, version, SMALL)) {
            return machine.scenarios();
        }
    }

    // A machine each: a scenario leaves its bad frames behind.
    private Map<String, ScenarioRun> run(List<Listed> scenarios, String version) {
        Map<String, ScenarioRun> runs = new LinkedHashMap<>();
        for (Listed each : scenarios) {
            try (ScenarioMachine machine = ScenarioMachine.boot(machines, version, each.machine())) {
                runs.put(each.name(), machine.run(each.name()));
            }
        }
        return runs;
    }

    private Without takeOut(Patch patch, String version) {
        if (!PatchSeries.HOOKS.contains(patch.v2())) {
            throw new UsageException("patch %d is no hook of the memory manager: accepted are %s".formatted(patch.v2(),
                    PatchSeries.HOOKS.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "))));
        }
        List<Listed> scenarios = scenarios(version).stream().filter(each -> each.patches().contains(patch.v2()))
                .toList();
        List<Taken> taken = new ArrayList<>();
        for (Listed each : scenarios) {
            try (ScenarioMachine machine = ScenarioMachine.boot(machines, version, each.machine())) {
                taken.add(takeOut(patch, machine, each.name()));
            }
        }
        return new Without(version, patch.v2(), patch.title(), patch.without(), taken);
    }

    private static Taken takeOut(Patch patch, ScenarioMachine machine, String scenario) {
        int told = machine.kernelLog().size();
        machine.without(patch.v2());
        ScenarioRun meanwhile;
        List<String> log;
        try {
            meanwhile = machine.run(scenario);
            List<String> all = machine.kernelLog();
            log = all.subList(Math.min(told, all.size()), all.size());
        } finally {
            machine.without();
        }
        return new Taken(scenario, meanwhile.passed(), machine.run(scenario).passed(),
                meanwhile.calls().stream().filter(call -> !call.agrees()).toList(), List.copyOf(log));
    }

    private static Line line(Patch patch, PatchHomes homes, List<Listed> scenarios, Map<String, ScenarioRun> runs) {
        return new Line(patch.v1(), patch.v2(), patch.title(), patch.folder(), List.copyOf(homes.of(patch.v2())),
                scenarios.stream().filter(each -> each.patches().contains(patch.v2())).map(Listed::name)
                        .map(name -> new Result(name, runs.containsKey(name) && runs.get(name).passed())).toList());
    }
}
