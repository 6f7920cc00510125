package org.dmemfs.felix.commands;

import com.google.gson.Gson;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.commands.CompareDocument.Run;

/** Compare's operations on schemes, each scheme on a machine of its own, as many at a time as there are processors. */
final class ComparedMachines {
    /** A machine has threads and memory of its own. */
    private static final int MOST_AT_A_TIME = 4;

    private final Machines machines;
    private final PrintStream progress;

    /**
     * A scheme to run.
     *
     * @param name finds it on its machine
     * @param title for people
     * @param machine what its machine is booted with
     */
    record Column(String name, String title, Map<String, String> machine) {
    }

    /**
     * On machines of this distribution.
     *
     * @param machines boots them
     * @param progress is told which scheme begins
     */
    ComparedMachines(Machines machines, PrintStream progress) {
        this.machines = machines;
        this.progress = progress;
    }

    /**
     * Runs them.
     *
     * @param columns each scheme once
     * @return the answers by the scheme's name, in the order asked for
     */
    Map<String, Run> run(List<Column> columns) {
        int atATime = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_AT_A_TIME);
        Map<String, Run> runs = new LinkedHashMap<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(atATime)) {
            Map<String, Future<Run>> begun = new LinkedHashMap<>();
            columns.forEach(column -> begun.put(column.name(), executor.submit(() -> run(column))));
            try {
                for (Map.Entry<String, Future<Run>> each : begun.entrySet()) {
                    runs.put(each.getKey(), each.getValue().get());
                }
            } catch (ExecutionException failed) {
                executor.shutdownNow();
                if (failed.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(failed);
            } catch (InterruptedException interrupted) {
                executor.shutdownNow();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while schemes were compared", interrupted);
            }
        }
        return runs;
    }

    private Run run(Column column) {
        progress.println("running compare's operations on " + column.title());
        try (ScenarioMachine machine = ScenarioMachine.boot(machines,
                column.machine().getOrDefault(Option.SERIES.word(), Option.SERIES.initial()), column.machine())) {
            return new Gson().fromJson(machine.answer("schemes", column.name()), Run.class);
        }
    }
}
