package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmemfs.felix.commands.plan.SchemePlan.Break;

/**
 * What a scheme answers to compare's operations otherwise than plain memory does.
 *
 * @param breaks refused here and not there
 * @param otherwise another answer
 */
record Differences(List<Break> breaks, List<Break> otherwise) {
    static Differences of(Optional<Executed> executed, Optional<Executed> plain, Map<String, String> meanings) {
        List<Break> breaks = new ArrayList<>();
        List<Break> otherwise = new ArrayList<>();
        if (executed.isPresent() && plain.isPresent()) {
            new TreeMap<>(executed.get().answers()).forEach((operation, answer) -> {
                String usual = plain.get().answers().getOrDefault(operation, answer);
                if (Executed.isMap(operation) || answer.equals(usual)) {
                    return;
                }
                boolean refused = Executed.refusesMore(answer, usual);
                (refused ? breaks : otherwise)
                        .add(new Break(operation, answer, usual, meanings.getOrDefault(operation, "")));
            });
        }
        return new Differences(List.copyOf(breaks), List.copyOf(otherwise));
    }
}
