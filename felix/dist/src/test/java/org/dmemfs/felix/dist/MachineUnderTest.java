package org.dmemfs.felix.dist;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Distribution;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.dmemfs.felix.launcher.FelixMachine;

/** A machine of the distribution in this JVM, asked as the launcher asks it: many commands for one start. */
final class MachineUnderTest implements AutoCloseable {
    private final FelixMachine machine;

    MachineUnderTest(Map<Option, String> options) {
        machine = FelixMachine.boot(new Distribution(CommandLine.assembled(), List.of()),
                MachineOptions.initial().with(options));
    }

    Answer run(String... words) {
        List<String> arguments = new ArrayList<>();
        Map<Option, String> options = new EnumMap<>(Option.class);
        boolean json = false;
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            var option = word.startsWith("--") ? Option.named(word.substring(2)) : Optional.<Option>empty();
            if (option.isPresent()) {
                options.put(option.get(), words[++i]);
            } else if (word.equals("--json")) {
                json = true;
            } else {
                arguments.add(word);
            }
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        int exitCode = machine.service(CommandInterpreter.class).run(
                new CommandRequest(words[0], arguments, options, json, "default"),
                new CommandConsole(InputStream.nullInputStream(), new PrintStream(output, true, StandardCharsets.UTF_8),
                        new PrintStream(error, true, StandardCharsets.UTF_8), Path.of("").toAbsolutePath(), null));
        return new Answer(exitCode, output.toString(StandardCharsets.UTF_8), error.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        machine.close();
    }
}
