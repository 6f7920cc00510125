package org.dmemfs.core;

import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds free dpages in one region. It knows neither addresses, nodes, references nor owners: dpages are numbered from 0.
 * Every method may be called by any thread at any time until {@link #close}, which the pool calls once, after the last
 * other call has returned. The pool never gives what it did not take.
 */
@ConsumerType
public interface RegionAllocator extends AutoCloseable {
    /**
     * Takes one free dpage. Makes no garbage.
     *
     * @return its number, or -1 where none is free
     */
    long take();

    /**
     * Takes neighbouring free dpages, best effort.
     *
     * @param tryMax how many at most, at least 1
     * @return the number of the first and how many, as {@link #run} packs them, or -1 where none is free
     */
    long takeRun(int tryMax);

    /**
     * Gives a dpage back.
     *
     * @param dpage its number
     * @throws ErrnoException EINVAL where it is not taken: a double free
     */
    void give(long dpage);

    /**
     * Takes a given dpage out of use if it is free; it then counts as taken and is never given back.
     *
     * @param dpage its number
     * @return false where it was taken already
     */
    boolean disable(long dpage);

    /**
     * Whether a dpage is taken or disabled.
     *
     * @param dpage its number
     * @return true where it is
     */
    boolean isTaken(long dpage);

    /**
     * The first dpage at or after a number that is taken or disabled.
     *
     * @param dpage where to begin, 0 or more
     * @return its number, or -1 where none follows
     */
    long nextTaken(long dpage);

    /**
     * Which of 64 neighbouring dpages are taken or disabled, as {@link TakenDpages#word} has them.
     *
     * @param index of the word, at least 0; the region has a dpage of it
     * @return bit i is set where the dpage 64 * index + i is taken; 0 for those behind the last
     */
    default long takenWord(long index) {
        long end = index + 1 << 6;
        long bits = 0;
        for (long dpage = nextTaken(index << 6); dpage >= 0 && dpage < end; dpage = nextTaken(dpage + 1)) {
            bits |= 1L << dpage;
        }
        return bits;
    }

    /**
     * How many dpages are free, from a counter.
     *
     * @return dpages; exact when no other call is under way
     */
    long free();

    /**
     * How many dpages are free, counted one by one: what {@link #free} is held against.
     *
     * @return dpages
     */
    long recountFree();

    /**
     * The longest run of neighbouring free dpages.
     *
     * @return dpages, 0 where none is free
     */
    long longestFreeRun();

    /**
     * What the allocator keeps for the region outside the heap, reserved whether touched or not.
     *
     * @return bytes
     */
    long metadataBytes();

    @Override
    void close();

    /**
     * Packs a run into one number.
     *
     * @param first number of the first dpage, below 2^40
     * @param dpages how many, 1 to 2^23 - 1
     * @return the packed run, not negative
     */
    static long run(long first, int dpages) {
        return (long) dpages << 40 | first;
    }

    /**
     * The first dpage of a packed run.
     *
     * @param run a packed run
     * @return its number
     */
    static long firstOf(long run) {
        return run & (1L << 40) - 1;
    }

    /**
     * The length of a packed run.
     *
     * @param run a packed run
     * @return dpages
     */
    static int dpagesOf(long run) {
        return (int) (run >>> 40);
    }
}
