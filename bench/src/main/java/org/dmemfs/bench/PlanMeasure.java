package org.dmemfs.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A million guests planned on a large machine by the command as it ships, beside a first fit over the JDK's BitSet, which
 * knows no scheme, no policy and no fallback list, and beside plain subtraction, which knows no pages either.
 */
final class PlanMeasure {
    private static final int GUESTS = 1_000_000;
    private static final int NODES = 16;
    private static final int PAGES_PER_NODE = 1 << 20;
    private static final long SEED = 20_201_207;
    private static final int[] MEBIBYTES = {2, 4, 6, 16, 64};
    private static final Pattern MILLISECONDS = Pattern.compile("\"milliseconds\": (\\d+)");
    private static final int RUNS = 3;

    private final Path distribution;
    private final int[] pages = new int[GUESTS];
    private final int[] wishes = new int[GUESTS];

    PlanMeasure(Path distribution) {
        this.distribution = distribution;
        Random random = new Random(SEED);
        for (int guest = 0; guest < GUESTS; guest++) {
            pages[guest] = MEBIBYTES[random.nextInt(MEBIBYTES.length)] / 2;
            wishes[guest] = random.nextInt(2 * NODES) - NODES;
        }
    }

    RatioTable run() throws IOException {
        Path guests = Files.createTempFile("guests", ".csv");
        try {
            write(guests);
            RatioTable table = new RatioTable();
            String what = "plan a million guests on %dx2T, best of %d".formatted(NODES, RUNS);
            add(table, what, "dmemfs-repaired", guests, "dmemfs-repaired");
            add(table, what, "hugetlb-6.12", guests, "hugetlb-6.12");
            add(table, what, "huge-pfnmap-6.12", guests, "huge-pfnmap-6.12");
            add(table, what, "every scheme", guests, "");
            table.add(new RatioTable.Row(what, RatioTable.PEER, best(this::firstFit), "ms",
                    "BitSet, first fit, in this JVM with all its compilers"));
            table.add(new RatioTable.Row(what, "subtraction", best(this::subtract), "ms", "no pages"));
            return table;
        } finally {
            Files.delete(guests);
        }
    }

    private void write(Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            writer.write("name,bytes,node\n");
            for (int guest = 0; guest < GUESTS; guest++) {
                writer.write("guest-" + guest + ',' + pages[guest] * 2 + "M,"
                        + (wishes[guest] < 0 ? "" : String.valueOf(wishes[guest])) + '\n');
            }
        }
    }

    private void add(RatioTable table, String what, String name, Path guests, String schemes) throws IOException {
        double best = Double.MAX_VALUE;
        double whole = Double.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            List<String> words = new ArrayList<>(List.of(distribution.resolve("bin/dmem").toString(), "plan",
                    "--machine", NODES + "x2T", "--guests", guests.toString(), "--page-size", "2M", "--no-compare",
                    "--json"));
            if (!schemes.isEmpty()) {
                words.addAll(List.of("--schemes", schemes));
            }
            Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            whole = Math.min(whole, (System.nanoTime() - start) / 1e6);
            Matcher matcher = MILLISECONDS.matcher(said);
            if (!matcher.find()) {
                throw new IOException("the plan said " + said);
            }
            best = Math.min(best, Double.parseDouble(matcher.group(1)));
        }
        table.add(new RatioTable.Row(what, name, best, "ms", "whole command %.0f ms".formatted(whole)));
    }

    private static double best(Runnable work) {
        double best = Double.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e6);
        }
        return best;
    }

    private void firstFit() {
        BitSet[] taken = new BitSet[NODES];
        Arrays.setAll(taken, _ -> new BitSet(PAGES_PER_NODE));
        int[] free = new int[NODES];
        int[] next = new int[NODES];
        Arrays.fill(free, PAGES_PER_NODE);
        for (int guest = 0; guest < GUESTS; guest++) {
            int node = wishes[guest] < 0 ? freest(free) : wishes[guest];
            for (int left = pages[guest]; left > 0; left--) {
                while (free[node] == 0) {
                    node = (node + 1) % NODES;
                }
                int page = taken[node].nextClearBit(next[node]);
                taken[node].set(page);
                next[node] = page + 1;
                free[node]--;
            }
        }
    }

    private void subtract() {
        int[] free = new int[NODES];
        Arrays.fill(free, PAGES_PER_NODE);
        for (int guest = 0; guest < GUESTS; guest++) {
            int node = wishes[guest] < 0 ? freest(free) : wishes[guest];
            free[free[node] >= pages[guest] ? node : freest(free)] -= pages[guest];
        }
        if (Arrays.stream(free).anyMatch(pagesLeft -> pagesLeft < 0)) {
            throw new IllegalStateException("the guests are more than the machine");
        }
    }

    private static int freest(int[] free) {
        int best = 0;
        for (int node = 1; node < NODES; node++) {
            if (free[node] > free[best]) {
                best = node;
            }
        }
        return best;
    }
}
