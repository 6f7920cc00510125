package org.dmemfs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code start [RUNS [OPTION...]]} or {@code jmh [JMH'S OWN OPTIONS]}; ends with the table of ratios. */
final class Main {
    private static final int RUNS = 10;

    private Main() {
    }

    public static void main(String[] words) throws IOException, RunnerException {
        List<String> rest = Arrays.asList(words).subList(Math.min(1, words.length), words.length);
        String measure = words.length == 0 ? "" : words[0];
        try {
            RatioTable table = switch (measure) {
                case "start" -> start(rest);
                case "jmh" -> jmh(rest);
                default -> throw new IllegalArgumentException("\"" + measure
                        + "\" is no measure: accepted are start [RUNS [OPTION...]] and jmh [JMH'S OPTIONS]");
            };
            System.out.println();
            table.lines().forEach(System.out::println);
        } catch (IllegalArgumentException refused) {
            System.err.println("bench: " + refused.getMessage());
            System.exit(2);
        }
    }

    private static RatioTable start(List<String> words) throws IOException {
        int runs = words.isEmpty() ? RUNS : number(words.getFirst());
        return new StartMeasure(distribution(), runs, words.subList(Math.min(1, words.size()), words.size())).run();
    }

    private static int number(String word) {
        if (!word.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException("\"" + word + "\" is no number of runs: accepted are 1 to 9999");
        }
        return Integer.parseInt(word);
    }

    private static Path distribution() throws IOException {
        Path assembled = Path.of(System.getProperty("bench.distribution", "felix/dist/target/dist"));
        try (Stream<Path> folders = Files.isDirectory(assembled) ? Files.list(assembled) : Stream.empty()) {
            return folders.filter(folder -> Files.isExecutable(folder.resolve("bin/dmem"))).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no distribution is in " + assembled
                            + ": ./bench/run builds one"));
        }
    }

    private static RatioTable jmh(List<String> words) throws RunnerException {
        try {
            Collection<RunResult> results = new Runner(
                    new OptionsBuilder().parent(new CommandLineOptions(words.toArray(new String[0])))
                            .addProfiler(GCProfiler.class).build())
                    .run();
            RatioTable table = new RatioTable();
            results.forEach(table::add);
            return table;
        } catch (CommandLineOptionException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }
}
