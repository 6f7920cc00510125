package org.dmemfs.felix.launcher;

import java.io.Serial;

/** A framework that does not come up although the user's input is right. */
final class BootException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BootException(String sentence) {
        super(sentence);
    }

    BootException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
