package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.conformance.PatchSeries;
import org.dmemfs.conformance.SeriesPatch;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.commands.PatchReport.Heading;
import org.dmemfs.felix.commands.PatchReport.Line;
import org.dmemfs.felix.commands.PatchReport.One;
import org.dmemfs.felix.commands.PatchReport.Result;
import org.dmemfs.felix.commands.PatchReport.Table;
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
    private static final String HELP = "Shows the patches one by one, with their scenarios run now on machines of their"
            + " own; exit code 0 where all pass. With --without the machines do without one patch for a while, and the"
            + " exit code is 0 where that shows: at least one scenario fails meanwhile and all pass after; or its"
            + " consumers are unsatisfied and none is after; or, of a patch without run-time effect, its scenarios pass.";
    private static final String WITHOUT = "a patch's number: what a running machine does while it is out";

    private final Machines machines;
    private final BundleContext context;

    /** Bound by Declarative Services. */
    @Activate
    public PatchesCommand(@Reference Machines machines, BundleContext context) {
        this.machines = machines;
        this.context = context;
    }

    /** All of them. */
    @Descriptor(HELP)
    public @Nullable Object patches(CommandSession session,
            @Descriptor(WITHOUT) @Parameter(names = "--without", absentValue = "") String without,
            @Descriptor("whose answers: repaired, v2 or v1") @Parameter(names = "--series", absentValue = "") String series,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        String version = version(series);
        Answer answer = new Answer(session, json);
        if (!without.isEmpty()) {
            WithoutReport report = takeOut(patch(without), version);
            answer.give(report);
            return report.isAsExpected() ? null : new Interpreter.ExitCode(1);
        }
        Map<String, ScenarioRun> runs = new LinkedHashMap<>();
        List<Line> lines = new ArrayList<>();
        answer.tell(new Heading(version));
        try (ScenarioMachines own = new ScenarioMachines(machines, version)) {
            List<Listed> scenarios = own.scenarios();
            PatchHomes homes = new PatchHomes(context);
            for (SeriesPatch patch : PatchSeries.patches()) {
                Line line = line(patch, homes, own, scenarios, runs);
                answer.tell(line);
                lines.add(line);
            }
        }
        answer.conclude(new Table(version, lines));
        return runs.values().stream().allMatch(ScenarioRun::passed) ? null : new Interpreter.ExitCode(1);
    }

    /** One of them. */
    @Descriptor(HELP)
    public @Nullable Object patches(CommandSession session,
            @Descriptor(WITHOUT) @Parameter(names = "--without", absentValue = "") String without,
            @Descriptor("whose answers: repaired, v2 or v1") @Parameter(names = "--series", absentValue = "") String series,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("a patch's number in the series of December 2020") String number) {
        if (!without.isEmpty()) {
            throw new UsageException("%s is too much beside --without %s: that patch is the one that is shown"
                    .formatted(number, without));
        }
        SeriesPatch patch = patch(number);
        String version = version(series);
        Map<String, ScenarioRun> runs = new LinkedHashMap<>();
        Line line;
        try (ScenarioMachines own = new ScenarioMachines(machines, version)) {
            line = line(patch, new PatchHomes(context), own, own.scenarios(), runs);
        }
        new Answer(session, json).give(new One(version, line, PatchReport.words(patch.absence()), patch.withoutIt(),
                List.copyOf(runs.values())));
        return runs.values().stream().allMatch(ScenarioRun::passed) ? null : new Interpreter.ExitCode(1);
    }

    private String version(String series) {
        return series.isEmpty() ? machines.options().get(Option.SERIES) : Option.SERIES.check(series);
    }

    private static SeriesPatch patch(String number) {
        return PatchSeries.patches().stream()
                .filter(patch -> number.matches("0?\\d{1,2}") && patch.v2() == Integer.parseInt(number)).findFirst()
                .orElseThrow(() -> new UsageException(
                        "there is no patch %s: accepted are the numbers 1 to %d of the series of December 2020"
                                .formatted(number, PatchSeries.patches().size())));
    }

    private WithoutReport takeOut(SeriesPatch patch, String version) {
        try (ScenarioMachines own = new ScenarioMachines(machines, version)) {
            return new WithoutPatch(own, patch).run();
        }
    }

    private static Line line(SeriesPatch patch, PatchHomes homes, ScenarioMachines own, List<Listed> scenarios,
            Map<String, ScenarioRun> runs) {
        List<Result> results = new ArrayList<>();
        for (Listed each : scenarios) {
            if (each.patches().contains(patch.v2())) {
                ScenarioRun run = runs.computeIfAbsent(each.name(), name -> own.machineFor(each).run(name));
                results.add(new Result(each.name(), run.passed()));
            }
        }
        return new Line(patch.v1(), patch.v2(), patch.title(), patch.folder(), List.copyOf(homes.of(patch.v2())),
                results);
    }
}
