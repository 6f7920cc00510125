package org.dmemfs.felix.commands.tour;

import java.util.List;

/**
 * A whole tour.
 *
 * @param steps in order
 * @param summary what a newcomer takes home
 */
public record TourReport(List<StepResult> steps, String summary) {
    /**
     * How long it took in all.
     *
     * @return the sum of its steps
     */
    public long milliseconds() {
        return steps.stream().mapToLong(StepResult::milliseconds).sum();
    }
}
