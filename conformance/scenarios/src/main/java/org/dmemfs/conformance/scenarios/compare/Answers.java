package org.dmemfs.conformance.scenarios.compare;

import java.util.function.Supplier;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.SignalException;

/** What happened, in a word: the value, the errno, the signal. */
final class Answers {
    private Answers() {
    }

    static String of(Supplier<?> call) {
        try {
            return String.valueOf(call.get());
        } catch (ErrnoException refused) {
            return refused.errno().name();
        } catch (SignalException signalled) {
            return signal(signalled.signal());
        }
    }

    static String of(Runnable call, String done) {
        return of(() -> {
            call.run();
            return done;
        });
    }

    static String signal(BusSignal signal) {
        return signal.leastSignificantBit() == 0
                ? signal.kind().name()
                : signal.kind().name() + " lsb " + signal.leastSignificantBit();
    }
}
