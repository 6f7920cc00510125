package org.dmemfs.felix.commands.tour;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What one step tells: lines for people as they come, and figures under fixed names for scripts. */
final class StepReport {
    private final Consumer<TourLine> listener;
    private final List<TourLine> lines = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();

    StepReport(Consumer<TourLine> listener) {
        this.listener = listener;
    }

    void real(String text) {
        say(new TourLine(TourLine.Origin.REAL, text));
    }

    void modelled(String text) {
        say(new TourLine(TourLine.Origin.MODELLED, text));
    }

    void say(boolean real, String text) {
        say(new TourLine(real ? TourLine.Origin.REAL : TourLine.Origin.MODELLED, text));
    }

    void figure(String name, Object value) {
        figures.put(name, value);
    }

    List<TourLine> lines() {
        return List.copyOf(lines);
    }

    Map<String, Object> figures() {
        return new LinkedHashMap<>(figures);
    }

    private void say(TourLine line) {
        lines.add(line);
        listener.accept(line);
    }
}
