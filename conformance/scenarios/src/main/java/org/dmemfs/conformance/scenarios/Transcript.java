package org.dmemfs.conformance.scenarios;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmemfs.conformance.Step;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.SignalException;

/** Writes down each call of a scenario with its answer; a refusal and a signal are answers as good as a value. */
final class Transcript {
    private final SeriesVersion series;
    private final Consumer<Step> told;

    private Transcript(SeriesVersion series, Consumer<Step> told) {
        this.series = series;
        this.told = told;
    }

    /**
     * Tells what a scenario does. Where a machine without a patch refuses what only prepares a call, that is the last step:
     * the scenario cannot go on.
     */
    static void run(SeriesVersion series, Consumer<Step> told, Consumer<Transcript> scenario) {
        try {
            scenario.accept(new Transcript(series, told));
        } catch (ErrnoException refused) {
            told.accept(ended(refused.errno().name()));
        } catch (SignalException signalled) {
            told.accept(ended(signalled.signal().kind().name()));
        }
    }

    private static Step ended(String answer) {
        return new Step("what prepares the next call", "ok", answer);
    }

    void call(String call, Expected expected, Supplier<?> answer) {
        told.accept(new Step(call, expected.of(series), answerOf(answer)));
    }

    void call(String call, Expected expected, Runnable action) {
        call(call, expected, () -> {
            action.run();
            return "ok";
        });
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
