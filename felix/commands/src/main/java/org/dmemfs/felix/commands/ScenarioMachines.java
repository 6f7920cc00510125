package org.dmemfs.felix.commands;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.commands.ScenariosCommand.Listed;

/**
 * Machines of one series that are there for scenarios alone, booted as these want them. A scenario leaves a machine as it
 * found it but for bad frames, so the next one of the same wants may have it; one with bad frames, and one on which
 * the last scenario failed, is used no more. For one thread.
 */
final class ScenarioMachines implements AutoCloseable {
    /** What most scenarios want: who lists them has a machine for them. */
    private static final Map<String, String> USUAL = Map.of("machine", "2x8G", "cmdline", "dmem=2G:1G");

    private final Machines machines;
    private final String series;
    private final Map<Map<String, String>, ScenarioMachine> booted = new HashMap<>();

    ScenarioMachines(Machines machines, String series) {
        this.machines = machines;
        this.series = series;
    }

    String series() {
        return series;
    }

    List<Listed> scenariosOf(int patch) {
        return scenarios().stream().filter(each -> each.patches().contains(patch)).toList();
    }

    List<Listed> scenarios() {
        return machine(USUAL).scenarios();
    }

    /** A machine for a scenario. */
    ScenarioMachine machineFor(Listed scenario) {
        return machine(scenario.machine());
    }

    /** A machine for no scenario in particular. */
    ScenarioMachine usualMachine() {
        return machine(USUAL);
    }

    private ScenarioMachine machine(Map<String, String> wanted) {
        ScenarioMachine machine = booted.get(wanted);
        if (machine == null || !machine.isAsBooted()) {
            close(wanted);
            machine = ScenarioMachine.boot(machines, series, wanted);
            booted.put(wanted, machine);
        }
        return machine;
    }

    private void close(Map<String, String> wanted) {
        ScenarioMachine machine = booted.remove(wanted);
        if (machine != null) {
            machine.close();
        }
    }

    @Override
    public void close() {
        List.copyOf(booted.keySet()).forEach(this::close);
    }
}
