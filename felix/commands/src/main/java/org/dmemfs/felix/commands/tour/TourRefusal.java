package org.dmemfs.felix.commands.tour;

import java.io.Serial;

/** The machine is too small for the tour; nothing was changed. */
public final class TourRefusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    TourRefusal(String sentence) {
        super(sentence);
    }
}
