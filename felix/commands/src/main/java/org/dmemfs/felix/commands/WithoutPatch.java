package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.conformance.SeriesPatch;
import org.dmemfs.felix.commands.ScenariosCommand.Listed;
import org.dmemfs.felix.commands.ScenariosCommand.ScenarioRun;
import org.dmemfs.felix.commands.WithoutReport.Taken;
import org.dmemfs.felix.commands.WithoutReport.Unsatisfied;

/** Takes a patch out of machines that run, looks at what they do, and puts it back. */
final class WithoutPatch {
    private final ScenarioMachines machines;
    private final SeriesPatch patch;

    WithoutPatch(ScenarioMachines machines, SeriesPatch patch) {
        this.machines = machines;
        this.patch = patch;
    }

    WithoutReport run() {
        return switch (patch.absence()) {
            case OTHER_ANSWERS -> otherAnswers();
            case UNSATISFIED_CONSUMERS -> unsatisfiedConsumers();
            case NO_EFFECT -> noEffect();
        };
    }

    private WithoutReport otherAnswers() {
        List<String> configurations = PatchSwitch.configurations(patch.v2());
        List<Taken> taken = new ArrayList<>();
        List<ScenarioRun> runs = new ArrayList<>();
        for (Listed each : machines.scenariosOf(patch.v2())) {
            ScenarioMachine machine = machines.machineFor(each);
            ScenarioRun meanwhile;
            machine.takeOut(patch.v2(), configurations);
            try {
                meanwhile = machine.run(each.name());
            } finally {
                machine.putBack(configurations);
            }
            runs.add(meanwhile);
            taken.add(new Taken(each.name(), meanwhile.passed(), machine.run(each.name()).passed(),
                    meanwhile.failures()));
        }
        return report(configurations, taken, List.of(), List.of(), runs);
    }

    private WithoutReport unsatisfiedConsumers() {
        PatchProvider provider = PatchProvider.of(patch.v2()).orElseThrow();
        List<Listed> scenarios = machines.scenariosOf(patch.v2());
        MachineComponents components = machines.usualMachine().components();
        List<Unsatisfied> unsatisfied = components.unsatisfiedWithout(provider);
        List<String> left = components.stillUnsatisfied();
        List<Taken> taken = new ArrayList<>();
        for (Listed each : scenarios) {
            // A scenario is a component as well: one that is unsatisfied cannot be run at all.
            boolean missed = unsatisfied.stream().anyMatch(one -> one.component().equals(each.component()));
            taken.add(new Taken(each.name(), !missed, machines.machineFor(each).run(each.name()).passed(), List.of()));
        }
        return report(List.of("bundle " + provider.bundle()), taken, unsatisfied, left, List.of());
    }

    private WithoutReport noEffect() {
        List<Taken> taken = new ArrayList<>();
        for (Listed each : machines.scenariosOf(patch.v2())) {
            boolean passed = machines.machineFor(each).run(each.name()).passed();
            taken.add(new Taken(each.name(), passed, passed, List.of()));
        }
        return report(List.of(), taken, List.of(), List.of(), List.of());
    }

    private WithoutReport report(List<String> takenOutOf, List<Taken> taken, List<Unsatisfied> unsatisfied,
            List<String> left, List<ScenarioRun> runs) {
        return new WithoutReport(machines.series(), patch.v2(), patch.title(), PatchReport.words(patch.absence()),
                patch.withoutIt(), takenOutOf, taken, unsatisfied, left, WithoutReport.shortest(runs));
    }
}
