package org.dmemfs.conformance;

/**
 * One call of a scenario.
 *
 * @param call what was called, for people
 * @param expected the answer that the series gives: a value, an errno, or a signal
 * @param answer what the machine answered
 */
public record Step(String call, String expected, String answer) {
    /**
     * Whether the machine answered as the series does.
     *
     * @return true where both are the same
     */
    public boolean agrees() {
        return expected.equals(answer);
    }
}
