package org.dmemfs.felix.commands;

import com.google.gson.Gson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Machine;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code soak}: one small machine after the other, of every kind of memory and page size in turn, each soaked by its own
 * {@code soakround}. Its classes are not those of this framework, so it is spoken to by commands and their documents.
 */
@Component(service = SoakCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=soak",
        "dmem.surroundings=NONE"})
public final class SoakCommand {
    private static final BigDecimal NANOSECONDS = BigDecimal.valueOf(60_000_000_000L);
    private static final long LONGEST_ROUND = 20_000_000_000L;
    private static final String NODES = "4x1G";
    private static final String COMMAND_LINE = "dmem=128M";

    private enum Kind {
        HUGE("simulated", "2M"), SMALL("simulated", "4K"), HUGE_SHARED("memfd", "2M"), SMALL_SHARED("memfd", "4K");

        private final String memory;
        private final String pageSize;

        Kind(String memory, String pageSize) {
            this.memory = memory;
            this.pageSize = pageSize;
        }
    }

    private final Machines machines;

    /** Bound by Declarative Services. */
    @Activate
    public SoakCommand(@Reference Machines machines) {
        this.machines = machines;
    }

    /** The command. */
    @Descriptor("Uses machines of its own at random and checks every rule after every step.")
    public @Nullable Object soak(CommandSession session,
            @Descriptor("how long, or a fraction") @Parameter(names = "--minutes", absentValue = "1") String minutes,
            @Descriptor("of the random choices") @Parameter(names = "--seed", absentValue = "1") String seed,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        Answer answer = new Answer(session, json);
        long first = SoakNumbers.seed(seed);
        long left = SoakNumbers.duration("--minutes", minutes, NANOSECONDS);
        long round = Math.min(LONGEST_ROUND, left / Kind.values().length + 1);
        long start = System.nanoTime();
        SoakDocument all = SoakDocument.none(first);
        for (int number = 0; all.brokenRule() == null
                && (number == 0 || System.nanoTime() - start < left); number++) {
            Kind kind = Kind.values()[number % Kind.values().length];
            long roundSeed = first + number;
            answer.tell(() -> List.of("seed %d: machine %s, %s per node, memory %s, pages of %s".formatted(roundSeed,
                    NODES, COMMAND_LINE, kind.memory, kind.pageSize)));
            long time = Math.max(1, Math.min(round, left - (System.nanoTime() - start)));
            SoakDocument one = run(kind, roundSeed, time,
                    json ? OutputStream.nullOutputStream() : session.getConsole());
            all = all.with(one,
                    "soakround --seed %d --steps %d --seconds 999999 --machine %s --cmdline %s --memory %s --pagesize %s"
                            .formatted(roundSeed, one.steps(), NODES, COMMAND_LINE, kind.memory, kind.pageSize));
        }
        answer.give(all);
        return all.brokenRule() == null ? null : new Interpreter.ExitCode(1);
    }

    private SoakDocument run(Kind kind, long seed, long nanoseconds, OutputStream progress) {
        MachineOptions options = MachineOptions.initial()
                .with(Map.of(Option.MACHINE, NODES, Option.CMDLINE, COMMAND_LINE,
                        Option.MEMORY, kind.memory, Option.PAGESIZE, kind.pageSize));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        try (Machine machine = machines.boot(options)) {
            PrintStream both = new PrintStream(new Both(progress, error), true, StandardCharsets.UTF_8);
            CommandConsole console = new CommandConsole(InputStream.nullInputStream(),
                    new PrintStream(output, true, StandardCharsets.UTF_8), both, Path.of("").toAbsolutePath(), null);
            machine.service(CommandInterpreter.class).run(new CommandRequest("soakround",
                    List.of("--seed", String.valueOf(seed), "--seconds",
                            BigDecimal.valueOf(nanoseconds, 9).toPlainString()),
                    Map.of(Option.PAGESIZE, kind.pageSize), true, "default"), console);
        }
        if (output.size() == 0) {
            throw new IllegalStateException(error.toString(StandardCharsets.UTF_8).strip());
        }
        return new Gson().fromJson(output.toString(StandardCharsets.UTF_8), SoakDocument.class);
    }

    /** What the machine says meanwhile goes to the user, and is kept for when it fails. */
    private static final class Both extends OutputStream {
        private final OutputStream first;
        private final OutputStream second;

        Both(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int value) throws IOException {
            first.write(value);
            second.write(value);
        }
    }
}
