package org.dmemfs.conformance.tests.judge;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A difference that no row explains.
 *
 * @param calls the calls up to it
 * @param occurrence what came of the last
 */
record Disagreement(List<Call> calls, Occurrence occurrence) {
    Disagreement {
        calls = List.copyOf(calls);
    }

    @Override
    public String toString() {
        return calls.stream().map(call -> "  " + call).collect(Collectors.joining("\n", "after\n", "\n"))
                + "there is no row for " + occurrence;
    }
}
