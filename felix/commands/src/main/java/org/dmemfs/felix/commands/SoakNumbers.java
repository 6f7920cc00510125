package org.dmemfs.felix.commands;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.dmemfs.felix.UsageException;

/** The numbers of a soak as users write them. */
final class SoakNumbers {
    private SoakNumbers() {
    }

    static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException noNumber) {
            throw new UsageException("--seed %s is no seed: accepted is a whole number of 64 bits".formatted(text),
                    noNumber);
        }
    }

    static long steps(String text) {
        if (!text.matches("0*[1-9][0-9]{0,17}")) {
            throw new UsageException("--steps %s is no count: accepted is a whole number from 1".formatted(text));
        }
        return Long.parseLong(text);
    }

    static int workers(String text) {
        if (!text.matches("[1-8]")) {
            throw new UsageException("--workers %s is not accepted: accepted are 1 to 8".formatted(text));
        }
        return Integer.parseInt(text);
    }

    /** A length of time in nanoseconds. */
    static long duration(String option, String text, BigDecimal nanosecondsPerUnit) {
        if (text.matches("[0-9]{1,6}(\\.[0-9]{1,9})?")) {
            long nanoseconds = new BigDecimal(text).multiply(nanosecondsPerUnit).setScale(0, RoundingMode.DOWN)
                    .longValueExact();
            if (nanoseconds > 0) {
                return nanoseconds;
            }
        }
        throw new UsageException(
                "%s %s is no length of time: accepted is a number above 0 and below 1000000, such as 10 or 0.25"
                        .formatted(option, text));
    }
}
