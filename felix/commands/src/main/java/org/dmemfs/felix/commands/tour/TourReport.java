package org.dmemfs.felix.commands.tour;

import java.util.List;

/**
 * A whole tour.
 *
 * @param steps in order
 * @param summary what a newcomer takes home
 */
record TourReport(List<StepResult> steps, String summary) {
    long milliseconds() {
        return steps.stream().mapToLong(StepResult::milliseconds).sum();
    }
}
