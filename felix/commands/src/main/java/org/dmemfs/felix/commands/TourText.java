package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.felix.commands.tour.StepResult;
import org.dmemfs.felix.commands.tour.TourLine;
import org.dmemfs.felix.commands.tour.TourReport;

/** The tour for people. */
final class TourText {
    private TourText() {
    }

    static List<String> heading(int number, String name) {
        return List.of("%d. %s".formatted(number, name));
    }

    static List<String> line(TourLine line) {
        return List.of("   %-8s  %s".formatted(line.origin().label(), line.text()));
    }

    static List<String> ended(StepResult result) {
        return List.of("             (%,d ms)".formatted(result.milliseconds()));
    }

    static List<String> summary(TourReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(report.summary());
        List<String> times = report.steps().stream()
                .map(step -> "%s %,d".formatted(step.name(), step.milliseconds())).toList();
        lines.add("Milliseconds: %s; %,d in all.".formatted(String.join(", ", times), report.milliseconds()));
        return lines;
    }
}
