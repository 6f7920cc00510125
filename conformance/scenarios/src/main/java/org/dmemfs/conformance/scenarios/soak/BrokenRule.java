package org.dmemfs.conformance.scenarios.soak;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The machine did what it must not. */
final class BrokenRule extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BrokenRule(String sentence) {
        super(sentence);
    }

    // The annotation that the check wants is in a library that nothing ships.
    @SuppressWarnings("AnnotateFormatMethod")
    static void unless(boolean kept, String sentence, @Nullable Object... values) {
        if (!kept) {
            throw new BrokenRule(sentence.formatted(values));
        }
    }
}
