package org.dmemfs.felix.commands.tour;

/**
 * One thing that a step tells.
 *
 * @param origin whether the real machine or the model did it
 * @param text what happened, with its figures
 */
public record TourLine(Origin origin, String text) {
    /** Where a line comes from. */
    public enum Origin {
        /** The host did it. */
        REAL,
        /** The model did it. */
        MODELLED;

        /**
         * The origin as it is printed.
         *
         * @return real or modelled
         */
        public String label() {
            return this == REAL ? "real" : "modelled";
        }
    }
}
