package org.dmemfs.vfio.type1;

/**
 * The references of one map on the dpages of its frames, taken or given back in the order of the iova. An instance serves
 * one pass over a map, in one thread.
 */
interface DpageHold {
    /**
     * Takes what a run of frames of dmem needs; nothing of it where it fails.
     *
     * @return how many references that is
     */
    long take(long pfn, long frames);

    /** Gives back what the last {@link #take} took. */
    void undo();

    /** Gives back what a run has. */
    void give(long pfn, long frames);
}
