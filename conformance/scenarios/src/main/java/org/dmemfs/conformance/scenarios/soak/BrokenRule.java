package org.dmemfs.conformance.scenarios.soak;

import java.io.Serial;

/** The machine did what it must not. */
final class BrokenRule extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BrokenRule(String sentence) {
        super(sentence);
    }

    static void unless(boolean kept, String sentence, Object... values) {
        if (!kept) {
            throw new BrokenRule(sentence.formatted(values));
        }
    }
}
