package org.dmemfs.bench;

import java.util.Arrays;
import java.util.Locale;

/** Times of the same thing, of which the middle one counts. */
final class Median {
    private final long[] nanoseconds;
    private int taken;

    Median(int times) {
        nanoseconds = new long[times];
    }

    void add(long time) {
        nanoseconds[taken++] = time;
    }

    /** The middle one, of those that were added. */
    double value() {
        long[] sorted = sorted();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
    }

    /** The ends, in a unit of so many nanoseconds. */
    String range(double unit, String name) {
        long[] sorted = sorted();
        return String.format(Locale.ROOT, "%.3g to %.3g %s of %d", sorted[0] / unit,
                sorted[sorted.length - 1] / unit, name, sorted.length);
    }

    private long[] sorted() {
        if (taken == 0) {
            throw new IllegalStateException("nothing was timed");
        }
        long[] sorted = Arrays.copyOf(nanoseconds, taken);
        Arrays.sort(sorted);
        return sorted;
    }
}
