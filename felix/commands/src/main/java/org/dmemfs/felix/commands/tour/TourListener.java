package org.dmemfs.felix.commands.tour;

/** Follows a tour while it is under way. */
public interface TourListener {
    /**
     * A step begins.
     *
     * @param number from 1
     * @param name what it is called
     */
    void began(int number, String name);

    /**
     * The step tells something.
     *
     * @param line what
     */
    void line(TourLine line);

    /**
     * The step is done.
     *
     * @param result all it told
     */
    void ended(StepResult result);
}
