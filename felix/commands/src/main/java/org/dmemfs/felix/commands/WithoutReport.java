package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dmemfs.felix.commands.ScenariosCommand.Call;
import org.dmemfs.felix.commands.ScenariosCommand.ScenarioRun;

/**
 * What a machine without one patch did.
 *
 * @param series whose answers it gives
 * @param patch the patch's number in V2
 * @param title what the patch does
 * @param absence other answers, unsatisfied consumers or no run-time effect
 * @param reason what a caller sees without it
 * @param takenOutOf the configurations that took it out, or the bundle that was stopped
 * @param scenarios its scenarios, without it and after
 * @param unsatisfied the components that were left without it
 * @param leftUnsatisfied the components that still are, with it back
 * @param trace the shortest way to where it is missed: the calls of one scenario up to the first other answer
 */
record WithoutReport(String series, int patch, String title, String absence, String reason, List<String> takenOutOf,
        List<Taken> scenarios, List<Unsatisfied> unsatisfied, List<String> leftUnsatisfied,
        List<Call> trace) implements Report {
    /**
     * A scenario with a patch out, and again with it back.
     *
     * @param name of the scenario
     * @param passedWithout whether it passed meanwhile; false also where it could not run
     * @param passedAfter whether it passed with the patch back
     * @param failures the calls with other answers
     */
    record Taken(String name, boolean passedWithout, boolean passedAfter, List<Call> failures) {
    }

    /**
     * A component that became unsatisfied.
     *
     * @param component its name
     * @param lacking the services that it was left without
     * @param direct whether what the patch provides is among them, and not only what is built on it
     * @param patches the patches that have their home in its bundle
     */
    record Unsatisfied(String component, List<String> lacking, boolean direct, List<Integer> patches) {
        private String line() {
            return "%s%s lacks %s".formatted(component, patches.isEmpty()
                    ? ""
                    : patches.stream().map("%02d"::formatted)
                            .collect(Collectors.joining(", ", patches.size() == 1 ? " (patch " : " (patches ", ")")),
                    String.join(", ", lacking));
        }
    }

    static boolean isScenario(String component) {
        return component.startsWith("org.dmemfs.conformance.");
    }

    private static boolean isCommand(String component) {
        return component.startsWith("org.dmemfs.felix.");
    }

    /** The shortest way to a failure among runs. */
    static List<Call> shortest(List<ScenarioRun> runs) {
        return runs.stream().map(ScenarioRun::upToFailure).flatMap(Optional::stream)
                .min(Comparator.comparingInt(List::size)).orElse(List.of());
    }

    /** Whether the machine did without it what is to be expected, and nobody misses it after. */
    boolean isAsExpected() {
        boolean missed = switch (absence) {
            case "other answers" -> scenarios.stream().anyMatch(each -> !each.passedWithout());
            case "unsatisfied consumers" -> unsatisfied.stream().anyMatch(Unsatisfied::direct);
            default -> scenarios.stream().allMatch(Taken::passedWithout);
        };
        return missed && leftUnsatisfied.isEmpty() && scenarios.stream().allMatch(Taken::passedAfter);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("without patch %02d, %s: %s".formatted(patch, title, absence));
        lines.add("what is to be expected: " + reason);
        if (!takenOutOf.isEmpty()) {
            lines.add("taken out of the running machine: " + String.join(", ", takenOutOf));
        }
        consumers(lines);
        for (Taken each : scenarios) {
            lines.add("%s: %s without, %s with it back".formatted(each.name(),
                    each.passedWithout() ? "passed" : "failed", each.passedAfter() ? "passed" : "FAILED"));
        }
        if (!trace.isEmpty()) {
            lines.add("the shortest trace:");
            for (Call call : trace) {
                lines.add("  " + call.line());
                call.kernelLog().forEach(line -> lines.add("    kernel log: " + line));
            }
        }
        return lines;
    }

    private void consumers(List<String> lines) {
        unsatisfied.stream()
                .filter(each -> each.direct() && !isScenario(each.component()) && !isCommand(each.component()))
                .map(each -> "unsatisfied: " + each.line()).forEach(lines::add);
        lines.addAll(named("unsatisfied scenarios: ", WithoutReport::isScenario, true));
        lines.addAll(named("unsatisfied commands: ", WithoutReport::isCommand, true));
        lines.addAll(named("unsatisfied through them: ", any -> true, false));
        leftUnsatisfied.forEach(each -> lines.add("STILL unsatisfied with it back: " + each));
    }

    private List<String> named(String heading, Predicate<String> wanted, boolean direct) {
        List<String> names = unsatisfied.stream().filter(each -> each.direct() == direct).map(Unsatisfied::component)
                .filter(wanted).map(name -> name.substring(name.lastIndexOf('.') + 1)).toList();
        return names.isEmpty() ? List.of() : List.of(heading + String.join(", ", names));
    }
}
