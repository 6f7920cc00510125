package org.dmemfs.felix;

import java.io.Serial;

/** A user's wrong input: one sentence with the value and what is accepted, and exit code 2. */
public final class UsageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param sentence names the value and what is accepted
     */
    public UsageException(String sentence) {
        super(sentence);
    }

    /**
     * A refusal that another failure is the reason of.
     *
     * @param sentence names the value and what is accepted
     * @param cause what happened below
     */
    public UsageException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
