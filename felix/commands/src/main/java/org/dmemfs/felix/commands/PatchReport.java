package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.conformance.SeriesPatch;
import org.dmemfs.felix.commands.ScenariosCommand.ScenarioRun;

/** What is told of patches that are in force. */
final class PatchReport {
    private PatchReport() {
    }

    record Result(String name, boolean passed) {
    }

    record Line(int v1, int v2, String title, String folder, List<String> classes,
            List<Result> scenarios) implements Report {
        @Override
        public List<String> lines() {
            return List.of("%02d %s  %s (%s): %s".formatted(v2, v1 == 0 ? "- " : "%02d".formatted(v1), title, folder,
                    result()));
        }

        private String result() {
            if (scenarios.isEmpty()) {
                return classes.isEmpty() ? "pending" : "no scenario";
            }
            return scenarios.stream().map(each -> each.name() + (each.passed() ? " passed" : " FAILED"))
                    .collect(Collectors.joining(", "));
        }
    }

    record Heading(String series) implements Report {
        @Override
        public List<String> lines() {
            return List.of("series %s; V2 V1 title (folder): scenarios".formatted(series));
        }
    }

    record Table(String series, List<Line> patches) implements Report {
        @Override
        public List<String> lines() {
            return List.of();
        }
    }

    record One(String series, Line patch, String absence, String without, List<ScenarioRun> runs) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>(patch.lines());
            patch.classes().forEach(each -> lines.add("class " + each));
            lines.add("without it, %s: %s".formatted(absence, without));
            runs.forEach(run -> lines.addAll(run.lines()));
            return lines;
        }
    }

    /** In words, for people and documents. */
    static String words(SeriesPatch.Absence absence) {
        return switch (absence) {
            case OTHER_ANSWERS -> "other answers";
            case UNSATISFIED_CONSUMERS -> "unsatisfied consumers";
            case NO_EFFECT -> "no run-time effect";
        };
    }
}
