package org.dmemfs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * From asking for a process to the machine ready, and the peak memory until then: the distribution as its user starts
 * it, and beside it a JVM with the same options that starts a Felix without a bundle. They take turns, so that
 * whatever else the host does meets both.
 */
final class StartMeasure {
    private static final List<String> SAME_OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k",
            "-Xms16m", "-Xmx512m", "-XX:-UsePerfData", "--sun-misc-unsafe-memory-access=allow");
    private static final double MEBIBYTE = 1024 * 1024;

    private final Path distribution;
    private final int runs;
    private final List<String> machine;

    StartMeasure(Path distribution, int runs, List<String> machine) {
        this.distribution = distribution;
        this.runs = runs;
        this.machine = List.copyOf(machine);
    }

    RatioTable run() throws IOException {
        List<Started> machines = new ArrayList<>();
        List<Started> peers = new ArrayList<>();
        Path storage = Files.createTempDirectory("empty-felix");
        // One of each is for the caches of the host, and for what the launcher makes on its first start.
        for (int run = -1; run < runs; run++) {
            Started here = Started.of(machineCommand(run + 1), Map.of("DMEM_JAVA_OPTIONS", "-Ddmem.stay=true"));
            Started peer = Started.of(peerCommand(storage), Map.of());
            if (run >= 0) {
                machines.add(here);
                peers.add(peer);
            }
        }
        deleteTree(storage);
        RatioTable table = new RatioTable();
        String what = "start to ready, median of " + runs;
        row(table, what, machines, peers, Started::milliseconds, "ms");
        row(table, "peak memory, median of " + runs, machines, peers, start -> start.peakBytes() / MEBIBYTE, "MiB");
        return table;
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void row(RatioTable table, String what, List<Started> machines, List<Started> peers,
            ToDoubleFunction<Started> figure, String unit) {
        table.add(new RatioTable.Row(what, "machine", median(machines, figure), unit, range(machines, figure)));
        table.add(new RatioTable.Row(what, RatioTable.PEER, median(peers, figure), unit,
                "an empty Felix, " + range(peers, figure)));
    }

    static double median(List<Started> starts, ToDoubleFunction<Started> figure) {
        double[] sorted = starts.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String range(List<Started> starts, ToDoubleFunction<Started> figure) {
        return "%.1f to %.1f".formatted(starts.stream().mapToDouble(figure).min().orElseThrow(),
                starts.stream().mapToDouble(figure).max().orElseThrow());
    }

    private List<String> machineCommand(int run) {
        List<String> command = new ArrayList<>(List.of(distribution.resolve("bin/dmem").toString(), "up", "--at",
                "bench-" + ProcessHandle.current().pid() + "-" + run));
        command.addAll(machine);
        return command;
    }

    private static List<String> peerCommand(Path storage) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SAME_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EmptyFelix.class.getName(),
                storage.toString()));
        return command;
    }
}
