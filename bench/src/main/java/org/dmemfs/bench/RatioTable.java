package org.dmemfs.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What a run ends with: each measure beside its peer. */
final class RatioTable {
    /** The method of each JMH class that the others are compared with. */
    static final String PEER = "peer";

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final List<Row> rows = new ArrayList<>();

    /**
     * A figure.
     *
     * @param group what is compared
     * @param name whose figure it is
     * @param value the figure, less is better
     * @param unit of the figure
     * @param note what else is known, or an empty text
     */
    record Row(String group, String name, double value, String unit, String note) {
    }

    void add(Row row) {
        rows.add(row);
    }

    /** Takes the results of a JMH run, in average time. */
    void add(RunResult result) {
        String method = result.getParams().getBenchmark();
        int dot = method.lastIndexOf('.');
        StringBuilder group = new StringBuilder(method.substring(method.lastIndexOf('.', dot - 1) + 1, dot));
        result.getParams().getParamsKeys().stream().sorted().forEach(key -> group.append(' ').append(key).append('=')
                .append(result.getParams().getParam(key)));
        Result<?> score = result.getPrimaryResult();
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        rows.add(new Row(group.toString(), method.substring(dot + 1), score.getScore(), score.getScoreUnit(),
                "± %.1f %%%s%s".formatted(100 * score.getScoreError() / score.getScore(),
                        result.getParams().getThreads() > 1 ? ", threads=" + result.getParams().getThreads() : "",
                        allocated == null ? "" : ", %.3f B/op".formatted(allocated.getScore()))));
    }

    /**
     * The table.
     *
     * @return a line per figure, with its ratio to its peer
     * @throws IllegalArgumentException where a group has no peer: its figures would say nothing
     */
    List<String> lines() {
        Map<String, Row> peers = new LinkedHashMap<>();
        rows.stream().filter(row -> row.name().equals(PEER)).forEach(row -> peers.put(row.group(), row));
        List<String> lines = new ArrayList<>();
        lines.add(line("what", "who", "figure", "", "of peer", ""));
        for (Row row : rows) {
            Row peer = peers.get(row.group());
            if (peer == null) {
                throw withoutPeer(row.group());
            }
            lines.add(line(row.group(), row.name(), "%.3f".formatted(row.value()), row.unit(),
                    ratio(row.value() / peer.value()), row.note()));
        }
        return lines;
    }

    /**
     * Refuses a choice of benchmarks before any time goes into it.
     *
     * @param benchmarks their full names
     * @throws IllegalArgumentException where one was chosen without its peer
     */
    static void requirePeers(Collection<String> benchmarks) {
        for (String benchmark : benchmarks) {
            String group = benchmark.substring(0, benchmark.lastIndexOf('.'));
            if (!benchmarks.contains(group + '.' + PEER)) {
                throw withoutPeer(group.substring(group.lastIndexOf('.') + 1));
            }
        }
    }

    private static IllegalArgumentException withoutPeer(String group) {
        return new IllegalArgumentException(
                "%s is chosen without its peer, beside which alone its figures say anything:"
                        .formatted(group) + " choose " + group.replaceFirst(" .*", "") + ", which is all of it");
    }

    /** What is far smaller than its peer still has digits. */
    private static String ratio(double ratio) {
        return (ratio > 0 && ratio < 0.01 ? "%.6f" : "%.2f").formatted(ratio);
    }

    private static String line(String group, String name, String value, String unit, String ratio, String note) {
        return String.format(Locale.ROOT, "%-48s %-34s %14s %-6s %9s  %s", group, name, value, unit, ratio, note)
                .stripTrailing();
    }
}
