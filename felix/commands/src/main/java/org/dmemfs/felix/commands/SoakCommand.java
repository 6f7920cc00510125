package org.dmemfs.felix.commands;

import com.google.gson.Gson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final Path FREE_HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
    /** What the nodes of a small machine have together, in pages of 2M. */
    private static final long WANTED_HUGE_PAGES = 256;

    private enum Kind {
        HUGE("simulated", "2M"), SMALL("simulated", "4K"), HUGE_SHARED("memfd", "2M"), SMALL_SHARED("memfd",
                "4K"), GIGANTIC("simulated", "1G", "2x3G", "dmem=2G:1G"), HUGETLB("hugetlb", "2M");

        private final String memory;
        private final String pageSize;
        private final String nodes;
        private final String commandLine;

        Kind(String memory, String pageSize) {
            this(memory, pageSize, "4x1G", "dmem=128M");
        }

        Kind(String memory, String pageSize, String nodes, String commandLine) {
            this.memory = memory;
            this.pageSize = pageSize;
            this.nodes = nodes;
            this.commandLine = commandLine;
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
            @Descriptor("how many threads work at once now and then, 1 to 8") @Parameter(names = "--workers", absentValue = "3") String workers,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        Answer answer = new Answer(session, json);
        SoakRoundCommand.requireRepaired(machines.options());
        int threads = SoakNumbers.workers(workers);
        List<Kind> kinds = kinds(answer);
        long first = SoakNumbers.seed(seed);
        long left = SoakNumbers.duration("--minutes", minutes, NANOSECONDS);
        long round = Math.min(LONGEST_ROUND, left / kinds.size() + 1);
        long start = System.nanoTime();
        SoakDocument all = SoakDocument.none(first);
        for (int number = 0; all.brokenRule() == null
                && (number == 0 || System.nanoTime() - start < left); number++) {
            Kind kind = kinds.get(number % kinds.size());
            long roundSeed = first + number;
            answer.tell(() -> List.of("seed %d: machine %s, %s per node, memory %s, pages of %s".formatted(roundSeed,
                    kind.nodes, kind.commandLine, kind.memory, kind.pageSize)));
            // a boot takes time too, and every kind has its turn
            long turns = Math.max(1, kinds.size() - number);
            long time = Math.max(1, Math.min(round, (left - (System.nanoTime() - start)) / turns));
            SoakDocument one = run(kind, roundSeed, time, threads,
                    json ? OutputStream.nullOutputStream() : session.getConsole());
            all = all.with(one,
                    "soakround --seed %d --steps %d --seconds 999999 --workers %d --machine %s --cmdline %s --memory %s --pagesize %s"
                            .formatted(roundSeed, one.steps(), threads, kind.nodes, kind.commandLine, kind.memory,
                                    kind.pageSize));
        }
        answer.give(all);
        return all.brokenRule() == null ? null : new Interpreter.ExitCode(1);
    }

    /** The kinds of machine that this host can have. */
    private static List<Kind> kinds(Answer answer) {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        long free = freeHugePages();
        if (free < WANTED_HUGE_PAGES) {
            kinds.remove(Kind.HUGETLB);
            answer.tell(() -> List.of(
                    "memory hugetlb is left out: this host has %,d free huge pages of 2M, and %,d are wanted"
                            .formatted(free, WANTED_HUGE_PAGES)));
        }
        return kinds;
    }

    private static long freeHugePages() {
        try {
            return Long.parseLong(Files.readString(FREE_HUGE_PAGES).strip());
        } catch (IOException | NumberFormatException none) {
            return 0;
        }
    }

    private SoakDocument run(Kind kind, long seed, long nanoseconds, int workers, OutputStream progress) {
        MachineOptions options = MachineOptions.initial()
                .with(Map.of(Option.MACHINE, kind.nodes, Option.CMDLINE, kind.commandLine,
                        Option.MEMORY, kind.memory, Option.PAGESIZE, kind.pageSize));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        try (Machine machine = machines.boot(options)) {
            PrintStream both = new PrintStream(new Both(progress, error), true, StandardCharsets.UTF_8);
            CommandConsole console = new CommandConsole(InputStream.nullInputStream(),
                    new PrintStream(output, true, StandardCharsets.UTF_8), both, Path.of("").toAbsolutePath(), null);
            machine.service(CommandInterpreter.class).run(new CommandRequest("soakround",
                    List.of("--seed", String.valueOf(seed), "--workers", String.valueOf(workers), "--seconds",
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
