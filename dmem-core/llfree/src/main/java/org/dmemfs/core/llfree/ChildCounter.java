package org.dmemfs.core.llfree;

/**
 * What one word says of a child: how many of its dpages are claimed, how many of these claims are pending and may be
 * returned, and how often something was returned, so that a word that reads the same twice was not changed and changed
 * back. All 0 is a child that is free.
 */
final class ChildCounter {
    /** Dpages of a child. */
    static final int DPAGES = 512;

    private static final int FIELD = 10;
    private static final int MASK = (1 << FIELD) - 1;
    private static final int RETURNED_ONCE = 1 << 2 * FIELD;

    private ChildCounter() {
    }

    static int claimed(int word) {
        return word & MASK;
    }

    static int free(int word) {
        return DPAGES - claimed(word);
    }

    static boolean isPending(int word) {
        return (word >> FIELD & MASK) != 0;
    }

    /** How often a claim was returned; only ever rises, until it begins anew after 4,096. */
    static int returns(int word) {
        return word >>> 2 * FIELD;
    }

    static int withClaimed(int word, int dpages) {
        return word + dpages;
    }

    static int withPending(int word, int dpages) {
        return word + dpages + (dpages << FIELD);
    }

    /** Of so many pending claims some were used, the others are returned. */
    static int withSettled(int word, int pending, int used) {
        int settled = word - (pending << FIELD) - (pending - used);
        return pending == used ? settled : settled + RETURNED_ONCE;
    }

    /** What a claim that is returned adds to the word; there is a claim, so that no field borrows from its neighbour. */
    static int returnedOne() {
        return RETURNED_ONCE - 1;
    }
}
