package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmemfs.conformance.SoakReport;
import org.jspecify.annotations.Nullable;

/**
 * What came of a soak, or of several in a row.
 *
 * @param seed of the first
 * @param rounds how many machines
 * @param steps of all
 * @param counts of all
 * @param longestMicroseconds of all
 * @param brokenRule what went wrong, or null
 * @param again the command line that comes to the same step, or null
 */
record SoakDocument(long seed, int rounds, long steps, Map<String, Long> counts,
        Map<String, Long> longestMicroseconds, @Nullable String brokenRule, @Nullable String again) implements Report {
    static SoakDocument of(SoakReport report, Optional<String> again) {
        Map<String, Long> longest = new TreeMap<>();
        report.longestNanoseconds().forEach((name, nanoseconds) -> longest.put(name, nanoseconds / 1000));
        return new SoakDocument(report.seed(), 1, report.steps(), report.counts(), longest,
                report.brokenRule().orElse(null), again.orElse(null));
    }

    static SoakDocument none(long seed) {
        return new SoakDocument(seed, 0, 0, Map.of(), Map.of(), null, null);
    }

    /** Both together, the other one the later. */
    SoakDocument with(SoakDocument later, @Nullable String laterAgain) {
        Map<String, Long> sums = new TreeMap<>(counts);
        later.counts.forEach((name, count) -> sums.merge(name, count, Long::sum));
        Map<String, Long> longest = new TreeMap<>(longestMicroseconds);
        later.longestMicroseconds.forEach((name, time) -> longest.merge(name, time, Math::max));
        return new SoakDocument(seed, rounds + later.rounds, steps + later.steps, sums, longest, later.brokenRule,
                later.brokenRule == null ? null : laterAgain);
    }

    static String progress(SoakReport far) {
        Map<String, Long> counts = new HashMap<>(far.counts());
        return "%,d steps: %,d stores, %,d guest runs, %,d device transfers, %,d truncates, %,d exchanges, %,d bad pages"
                .formatted(far.steps(), counts.getOrDefault("store", 0L), counts.getOrDefault("guest run", 0L),
                        counts.getOrDefault("device transfer", 0L), counts.getOrDefault("truncate", 0L),
                        counts.getOrDefault("exchange", 0L),
                        counts.getOrDefault("poison of used memory", 0L)
                                + counts.getOrDefault("poison under a task", 0L)
                                + counts.getOrDefault("poison anywhere", 0L));
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        counts.forEach((name, count) -> lines.add("%,12d  %s%s".formatted(count, name, longestMicroseconds
                .containsKey(name) ? ", the longest %,d us".formatted(longestMicroseconds.get(name)) : "")));
        longestMicroseconds.forEach((name, time) -> {
            if (!counts.containsKey(name)) {
                lines.add("%12s  %s, the longest %,d us".formatted("", name, time));
            }
        });
        if (brokenRule == null) {
            lines.add("seed %d, %,d steps on %d machine%s: every rule was kept".formatted(seed, steps, rounds,
                    rounds == 1 ? "" : "s"));
        } else {
            lines.add("seed %d: a rule was broken after %,d steps: %s".formatted(seed, steps, brokenRule));
            if (again != null) {
                lines.add("again: " + again);
            }
        }
        return lines;
    }
}
