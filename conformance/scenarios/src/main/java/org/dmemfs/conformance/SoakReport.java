package org.dmemfs.conformance;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far a soak has come.
 *
 * @param seed of the random choices
 * @param pageSize of the mounts, as a mount's option has it
 * @param steps how many were made
 * @param counts how often each thing was done, by name
 * @param longestNanoseconds the longest that each took, by name; {@code exchange pause} is what callers of the pool waited
 * @param brokenRule the first rule that was broken, with the step; empty where all were kept
 */
public record SoakReport(long seed, String pageSize, long steps, Map<String, Long> counts,
        Map<String, Long> longestNanoseconds, Optional<String> brokenRule) {
    /** Copies the maps, in the order of their names. */
    public SoakReport {
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
        longestNanoseconds = Collections.unmodifiableMap(new TreeMap<>(longestNanoseconds));
    }
}
