package org.dmemfs.felix.commands.tour;

import java.io.Serial;

/** A step saw what must not be. */
public final class TourFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    TourFailure(String sentence) {
        super(sentence);
    }

    static void unless(boolean holds, String sentence) {
        if (!holds) {
            throw new TourFailure(sentence);
        }
    }
}
