package org.dmemfs.felix.commands.tour;

/**
 * One thing that a step tells.
 *
 * @param origin whether the real machine or the model did it
 * @param text what happened, with its figures
 */
record TourLine(Origin origin, String text) {
    /** Where a line comes from. */
    enum Origin {
        /** The host did it. */
        REAL,
        /** The model did it. */
        MODELLED;

        String label() {
            return this == REAL ? "real" : "modelled";
        }
    }
}
