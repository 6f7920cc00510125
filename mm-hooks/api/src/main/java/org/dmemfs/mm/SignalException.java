package org.dmemfs.mm;

import java.io.Serial;

/** An access of a task ended in a signal instead of a value. */
public final class SignalException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient BusSignal signal;

    /**
     * A signal.
     *
     * @param signal what the task's handler sees
     * @param sentence why
     */
    public SignalException(BusSignal signal, String sentence) {
        super(signal + ": " + sentence);
        this.signal = signal;
    }

    /**
     * The signal.
     *
     * @return what the task's handler sees
     */
    public BusSignal signal() {
        return signal;
    }
}
