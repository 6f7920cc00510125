package org.dmemfs.felix.commands;

import com.google.gson.Gson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.EnumMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Machine;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.commands.ScenariosCommand.Listed;
import org.dmemfs.felix.commands.ScenariosCommand.Listing;
import org.dmemfs.felix.commands.ScenariosCommand.ScenarioRun;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * A machine that was booted for scenarios alone. Its classes are not those of whoever boots it, so it is spoken to by
 * commands and their documents.
 */
final class ScenarioMachine implements AutoCloseable {
    private static final String WITHOUT = "without";
    private static final String TURN = "turn";
    private static final long PATIENCE_NANOSECONDS = 20_000_000_000L;

    private final Machine machine;
    private final String badPagesAtFirst;
    private boolean failed;
    private int turn;

    private ScenarioMachine(Machine machine) {
        this.machine = machine;
        this.badPagesAtFirst = answer("badpages");
    }

    static ScenarioMachine boot(Machines machines, String series, Map<String, String> wanted) {
        Map<Option, String> options = new EnumMap<>(Option.class);
        wanted.forEach((word, value) -> Option.named(word).ifPresent(option -> options.put(option, value)));
        options.put(Option.SERIES, series);
        return new ScenarioMachine(machines.boot(MachineOptions.initial().with(options)));
    }

    List<Listed> scenarios() {
        return new Gson().fromJson(answer("scenarios"), Listing.class).scenarios();
    }

    ScenarioRun run(String scenario) {
        ScenarioRun run = new Gson().fromJson(answer("scenarios", scenario), ScenarioRun.class);
        failed = !run.passed();
        return run;
    }

    /** Whether nothing is left of the scenarios that have run: no bad page, and the last of them passed. */
    boolean isAsBooted() {
        return !failed && badPagesAtFirst.equals(answer("badpages"));
    }

    MachineComponents components() {
        return new MachineComponents(machine);
    }

    /** Takes a patch out of the running machine. */
    void takeOut(int patch, List<String> configurations) {
        configurations.forEach(identity -> configure(identity, patch));
    }

    /** Puts back what {@link #takeOut} took. */
    void putBack(List<String> configurations) {
        configurations.forEach(this::configure);
    }

    // Changes are delivered one after the other: once the second is seen, all that follows from the first has happened.
    private void configure(String identity, int... patchesOut) {
        for (int change = 0; change < 2; change++) {
            turn++;
            try {
                Configuration configuration = machine.service(ConfigurationAdmin.class).getConfiguration(identity,
                        "?");
                configuration.update(changed(configuration.getProperties(), patchesOut));
            } catch (IOException unwritable) {
                throw new IllegalStateException("the configuration %s cannot be written: %s".formatted(identity,
                        unwritable.getMessage()), unwritable);
            }
            awaitTurn(identity);
        }
    }

    @SuppressWarnings("JdkObsolete") // Configuration Admin takes a dictionary
    private Dictionary<String, Object> changed(@Nullable Dictionary<String, Object> properties, int... patchesOut) {
        Dictionary<String, Object> changed = new Hashtable<>();
        if (properties != null) {
            Collections.list(properties.keys()).forEach(key -> changed.put(key, properties.get(key)));
        }
        changed.put(WITHOUT, patchesOut);
        changed.put(TURN, turn);
        return changed;
    }

    private void awaitTurn(String identity) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE_NANOSECONDS) {
            List<ServiceReferenceDTO> configured = services(identity).toList();
            if (!configured.isEmpty() && configured.stream()
                    .allMatch(service -> Integer.valueOf(turn).equals(service.properties.get(TURN)))) {
                return;
            }
            Pause.briefly("while a patch was taken out");
        }
        throw new IllegalStateException(identity + " did not follow its configuration");
    }

    private Stream<ServiceReferenceDTO> services(String identity) {
        ServiceComponentRuntime runtime = machine.service(ServiceComponentRuntime.class);
        return runtime.getComponentDescriptionDTOs().stream()
                .filter(component -> Arrays.asList(component.configurationPid).contains(identity))
                .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
                .map(component -> component.service);
    }

    /** What a command of the machine answers, as a document. */
    String answer(String word, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        CommandConsole console = new CommandConsole(InputStream.nullInputStream(),
                new PrintStream(output, true, StandardCharsets.UTF_8),
                new PrintStream(error, true, StandardCharsets.UTF_8), Path.of("").toAbsolutePath(), null);
        machine.service(CommandInterpreter.class)
                .run(new CommandRequest(word, List.of(arguments), Map.of(), true, "default"), console);
        if (output.size() == 0) {
            throw new IllegalStateException(error.toString(StandardCharsets.UTF_8).strip());
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        machine.close();
    }
}
