package org.dmemfs.conformance.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.dmemfs.conformance.Step;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.SignalException;

/** Writes down each call of a scenario with its answer; a refusal and a signal are answers as good as a value. */
final class Transcript {
    private final SeriesVersion series;
    private final List<Step> steps = new ArrayList<>();

    Transcript(SeriesVersion series) {
        this.series = series;
    }

    void call(String call, Expected expected, Supplier<?> answer) {
        steps.add(new Step(call, expected.of(series), answerOf(answer)));
    }

    void call(String call, Expected expected, Runnable action) {
        call(call, expected, () -> {
            action.run();
            return "ok";
        });
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    private static String answerOf(Supplier<?> answer) {
        try {
            return String.valueOf(answer.get());
        } catch (ErrnoException refused) {
            return refused.errno().name();
        } catch (SignalException signalled) {
            return signalled.signal().kind().name();
        }
    }
}
