package org.dmemfs.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code start [RUNS [OPTION...]]}, {@code metadata}, {@code owners}, {@code vfio}, {@code poison}, {@code exchange},
 * {@code mapping}, {@code plan}, {@code schemes} or {@code jmh [JMH'S OWN OPTIONS]}; ends with the table of ratios.
 */
final class Main {
    private static final int RUNS = 10;
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
    private static final Path KVM = Path.of("/dev/kvm");
    /** Netty leaves its fastest way out on this Java unless it is told to go it. */
    private static final String[] MEASURED_JVM = {"--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.noUnsafe=false"};

    /** The measures that take no words of their own. */
    private static final Set<String> ALONE = Set.of("metadata", "owners", "vfio", "poison", "exchange", "mapping",
            "plan",
            "schemes");

    private Main() {
    }

    public static void main(String[] words) throws IOException, RunnerException {
        List<String> rest = Arrays.asList(words).subList(Math.min(1, words.length), words.length);
        String measure = words.length == 0 ? "" : words[0];
        try {
            refuseSurplus(measure, rest);
            RatioTable table = switch (measure) {
                case "start" -> start(rest);
                case "jmh" -> jmh(rest);
                case "metadata" -> new MetadataMeasure().run();
                case "owners" -> new OwnersMeasure().run();
                case "vfio" -> new VfioMeasure().run();
                case "poison" -> new PoisonMeasure().run();
                case "exchange" -> new ExchangeMeasure().run();
                case "mapping" -> new MappingMeasure().run();
                case "plan" -> new PlanMeasure(Assembled.home()).run();
                case "schemes" -> new SchemesMeasure().run();
                default -> throw new IllegalArgumentException("\"" + measure
                        + "\" is no measure: accepted are start [RUNS [OPTION...]], metadata, owners, vfio, poison,"
                        + " exchange, mapping, plan, schemes and jmh [JMH'S OPTIONS]");
            };
            System.out.println();
            table.lines().forEach(System.out::println);
        } catch (IllegalArgumentException refused) {
            System.err.println("bench: " + refused.getMessage());
            System.exit(2);
        }
    }

    static void refuseSurplus(String measure, List<String> words) {
        if (ALONE.contains(measure) && !words.isEmpty()) {
            throw new IllegalArgumentException(
                    "\"" + words.getFirst() + "\" is too much: " + measure + " takes no words");
        }
    }

    private static RatioTable start(List<String> words) throws IOException {
        int runs = words.isEmpty() ? RUNS : number(words.getFirst());
        return new StartMeasure(Assembled.home(), runs, words.subList(Math.min(1, words.size()), words.size())).run();
    }

    private static int number(String word) {
        if (!word.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException("\"" + word + "\" is no number of runs: accepted are 1 to 9999");
        }
        return Integer.parseInt(word);
    }

    private static Set<String> chosen(Options options) {
        OutputFormat silent = OutputFormatFactory.createFormatInstance(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), VerboseMode.SILENT);
        return BenchmarkList.defaultList().find(silent, options.getIncludes(), options.getExcludes()).stream()
                .map(BenchmarkListEntry::getUsername).collect(Collectors.toSet());
    }

    private static RatioTable jmh(List<String> words) throws IOException, RunnerException {
        try {
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .parent(new CommandLineOptions(words.toArray(new String[0]))).addProfiler(GCProfiler.class)
                    .jvmArgsAppend(MEASURED_JVM);
            if (Files.notExists(HUGE_PAGES) || Files.readString(HUGE_PAGES).strip().equals("0")) {
                System.out.println("hugetlb is left out: this host has no free huge page of 2M; get some by"
                        + " echo 64 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages as root");
                options = options.exclude("\\.hugetlb|\\.Fault(2M|1G)Benchmark");
            }
            if (!Files.isWritable(KVM)) {
                System.out.println("HostGuest and HostExit are left out: this host has no " + KVM
                        + " that this user may open");
                options = options.exclude("\\.Host(Guest|Exit)Benchmark");
            }
            RatioTable.requirePeers(chosen(options.build()));
            Collection<RunResult> results = new Runner(options.build()).run();
            RatioTable table = new RatioTable();
            results.forEach(table::add);
            return table;
        } catch (CommandLineOptionException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        } catch (NoBenchmarksException refused) {
            throw new IllegalArgumentException(
                    words + " names no benchmark that can run here: docs/bench.md lists them", refused);
        }
    }
}
