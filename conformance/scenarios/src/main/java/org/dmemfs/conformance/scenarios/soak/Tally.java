package org.dmemfs.conformance.scenarios.soak;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmemfs.conformance.SoakPlan;
import org.dmemfs.conformance.SoakReport;

/** Counts what was done, and how long the longest of each took. Safe for any thread. */
final class Tally {
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Long> longest = new TreeMap<>();

    synchronized void count(String name, long times) {
        counts.merge(name, times, Long::sum);
    }

    synchronized void took(String name, long nanoseconds) {
        longest.merge(name, nanoseconds, Math::max);
    }

    synchronized SoakReport report(SoakPlan plan, long steps, Optional<String> brokenRule) {
        return new SoakReport(plan.seed(), plan.pageSize().label(), steps, counts, longest, brokenRule);
    }
}
