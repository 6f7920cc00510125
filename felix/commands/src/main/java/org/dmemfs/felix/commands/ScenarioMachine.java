package org.dmemfs.felix.commands;

import com.google.gson.Gson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.EnumMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
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
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A machine that was booted for scenarios alone. Its classes are not those of whoever boots it, so it is spoken to by
 * commands and their documents.
 */
final class ScenarioMachine implements AutoCloseable {
    private static final String SERIES = "org.dmemfs.mm.series";
    private static final String TURN = "turn";
    private static final long PATIENCE_NANOSECONDS = 20_000_000_000L;

    private final Machine machine;
    private int turn;

    private ScenarioMachine(Machine machine) {
        this.machine = machine;
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
        return new Gson().fromJson(answer("scenarios", scenario), ScenarioRun.class);
    }

    /** The lines of the kernel log. */
    List<String> kernelLog() {
        return new Gson().fromJson(answer("dmesg"), DmesgCommand.Document.class).lines().stream()
                .map(DmesgCommand.Entry::text).toList();
    }

    /** Takes patches out of the running machine, and puts back what was out before. */
    void without(int... patches) {
        turn++;
        try {
            Configuration configuration = machine.service(ConfigurationAdmin.class).getConfiguration(SERIES, "?");
            String series = machine.options().get(Option.SERIES);
            configuration.update(dictionary(Map.of("series", series, "without", patches)));
            // Updates are delivered one after the other: once the second is seen, the first has reached everybody.
            configuration.update(dictionary(Map.of("series", series, "without", patches, TURN, turn)));
        } catch (IOException unwritable) {
            throw new IllegalStateException("the configuration %s cannot be written: %s".formatted(SERIES,
                    unwritable.getMessage()), unwritable);
        }
        awaitTurn();
    }

    @SuppressWarnings("JdkObsolete") // Configuration Admin takes a dictionary
    private static Dictionary<String, Object> dictionary(Map<String, Object> properties) {
        return new Hashtable<>(properties);
    }

    private void awaitTurn() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE_NANOSECONDS) {
            if (isSeen()) {
                return;
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a patch was taken out", interrupted);
            }
        }
        throw new IllegalStateException("the hooks of the series did not follow their configuration");
    }

    /** All references: only the properties are wanted, whoever else has a class of that name. */
    private boolean isSeen() {
        try {
            ServiceReference<?>[] hooks = machine.context().getAllServiceReferences("org.dmemfs.mm.HookSet", null);
            return hooks != null && Integer.valueOf(turn).equals(hooks[0].getProperty(TURN));
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
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
