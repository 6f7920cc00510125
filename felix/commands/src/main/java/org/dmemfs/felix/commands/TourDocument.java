package org.dmemfs.felix.commands;

import java.util.List;
import java.util.Map;
import org.dmemfs.felix.commands.tour.TourReport;

/** The tour for scripts. */
record TourDocument(List<Step> steps, String summary, long milliseconds) implements Report {
    record Line(String origin, String text) {
    }

    record Step(String name, long milliseconds, Map<String, Object> figures, List<Line> lines) {
    }

    TourDocument(TourReport report) {
        this(report.steps().stream()
                .map(step -> new Step(step.name(), step.milliseconds(), step.figures(),
                        step.lines().stream().map(line -> new Line(line.origin().label(), line.text())).toList()))
                .toList(), report.summary(), report.milliseconds());
    }

    @Override
    public List<String> lines() {
        return List.of(summary);
    }
}
