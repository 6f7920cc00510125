package org.dmemfs.core;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Which dpages of a region are used or retired when an allocator begins, read 64 at a time. Changes for nobody while an
 * allocator is made of it.
 */
@ProviderType
public interface TakenDpages {
    /** Is told of 64 neighbouring dpages of which at least one is taken. */
    @FunctionalInterface
    interface Sink {
        /**
         * 64 dpages.
         *
         * @param index of the word
         * @param bits bit i is set where the dpage 64 * index + i is taken; not 0
         */
        void accept(long index, long bits);
    }

    /**
     * The first taken dpage at or after a number.
     *
     * @param dpage where to begin, at least 0 and less than there are
     * @return its number, or -1 where none follows
     */
    long next(long dpage);

    /**
     * 64 neighbouring dpages.
     *
     * @param index of the word, at least 0; the region has a dpage of it
     * @return bit i is set where the dpage 64 * index + i is taken; 0 for those behind the last
     */
    long word(long index);

    /**
     * Tells of all that are taken, ascending. What was never taken costs nothing.
     *
     * @param dpages how many the region has
     * @param sink is told
     */
    default void each(long dpages, Sink sink) {
        for (long at = 0; at < dpages;) {
            long dpage = next(at);
            if (dpage < 0) {
                return;
            }
            long index = dpage >> 6;
            sink.accept(index, word(index));
            at = index + 1 << 6;
        }
    }
}
