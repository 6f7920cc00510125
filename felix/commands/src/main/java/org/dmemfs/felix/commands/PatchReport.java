package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.felix.commands.ScenariosCommand.Call;
import org.dmemfs.felix.commands.ScenariosCommand.ScenarioRun;

/** What is told of patches. */
final class PatchReport {
    private PatchReport() {
    }

    record Result(String name, boolean passed) {
    }

    record Line(int v1, int v2, String title, String folder, List<String> classes, List<Result> scenarios) {
        String text() {
            return "%02d %s  %s (%s): %s".formatted(v2, v1 == 0 ? "- " : "%02d".formatted(v1), title, folder, result());
        }

        private String result() {
            if (!scenarios.isEmpty()) {
                return scenarios.stream().map(each -> each.name() + (each.passed() ? " passed" : " FAILED"))
                        .collect(Collectors.joining(", "));
            }
            return classes.isEmpty() ? "pending" : "no scenario";
        }
    }

    record Table(String series, List<Line> patches) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("series %s; V2 V1 title (folder): scenarios".formatted(series));
            patches.forEach(each -> lines.add(each.text()));
            return lines;
        }
    }

    record One(String series, Line patch, String without, List<ScenarioRun> runs) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(patch.text());
            patch.classes().forEach(each -> lines.add("class " + each));
            lines.add("without it: " + without);
            runs.forEach(run -> lines.addAll(run.lines()));
            return lines;
        }
    }

    /** A scenario with a patch out, and again with it back. */
    record Taken(String name, boolean passedWithout, boolean passedAfter, List<Call> failures,
            List<String> kernelLog) {
    }

    record Without(String series, int patch, String title, String reason, List<Taken> scenarios) implements Report {
        /** Whether the patch was missed while it was out, and by nobody after. */
        boolean shown() {
            return scenarios.stream().anyMatch(each -> !each.passedWithout())
                    && scenarios.stream().allMatch(Taken::passedAfter);
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("without patch %02d, %s: %s".formatted(patch, title, reason));
            for (Taken each : scenarios) {
                lines.add("%s: %s without, %s with it back".formatted(each.name(),
                        each.passedWithout() ? "passed" : "failed", each.passedAfter() ? "passed" : "FAILED"));
                each.failures().forEach(call -> lines.add("  %s: %s in place of %s".formatted(call.call(),
                        call.answer(), call.expected())));
                each.kernelLog().forEach(line -> lines.add("  kernel log: " + line));
            }
            if (scenarios.isEmpty()) {
                lines.add("no scenario shows it");
            }
            return lines;
        }
    }
}
