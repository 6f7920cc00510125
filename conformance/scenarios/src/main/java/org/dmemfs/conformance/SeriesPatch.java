package org.dmemfs.conformance;

import java.util.List;

/**
 * One patch of the series. Immutable.
 *
 * @param v1 its number in the series of October 2020, 1 to 35; 0 where it is not in that one
 * @param v2 its number in the series of December 2020, 1 to 37
 * @param title what it does, in our words
 * @param folders where its classes may be, its own folder first
 * @param absence what it means to be without it
 * @param withoutIt what a caller then sees
 */
public record SeriesPatch(int v1, int v2, String title, List<String> folders, Absence absence, String withoutIt) {
    /** What it means to be without a patch. */
    public enum Absence {
        /** It can be taken out of a running machine, and calls answer otherwise. */
        OTHER_ANSWERS,
        /** What is built on it cannot be had: whoever needs it is unsatisfied. */
        UNSATISFIED_CONSUMERS,
        /** No call can tell: it has no run-time effect of its own. */
        NO_EFFECT
    }

    /** Copies the list. */
    public SeriesPatch {
        folders = List.copyOf(folders);
    }

    /**
     * Where it belongs.
     *
     * @return the first of its folders
     */
    public String folder() {
        return folders.getFirst();
    }
}
