package org.dmemfs.felix.commands.tour;

import java.util.List;
import java.util.Map;

/**
 * A step that was made.
 *
 * @param name one lower-case word
 * @param lines what it told
 * @param figures its figures, by name
 * @param milliseconds how long it took
 */
public record StepResult(String name, List<TourLine> lines, Map<String, Object> figures, long milliseconds) {
}
