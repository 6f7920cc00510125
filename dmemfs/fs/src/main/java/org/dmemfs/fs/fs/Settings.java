package org.dmemfs.fs.fs;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;

/**
 * What the configuration says at one moment. A change replaces the whole; each operation reads it once.
 *
 * @param series whose answers are given
 * @param maxAllocTryDpages how many dpages one fault may take, at least 1
 * @param wholeDpageLost whether one bad frame makes its whole dpage bad, as hugetlb has it
 * @param patchesOut bit n is set where patch n is taken out
 */
record Settings(SeriesVersion series, int maxAllocTryDpages, boolean wholeDpageLost, long patchesOut) {
    Settings {
        if (maxAllocTryDpages < 1) {
            throw new ErrnoException(Errno.EINVAL,
                    "maxAllocTryDpages " + maxAllocTryDpages + " is out of range: accepted is 1 to "
                            + Integer.MAX_VALUE);
        }
    }

    static Settings of(Configuration configuration) {
        return new Settings(SeriesVersion.parse(configuration.series()), configuration.maxAllocTryDpages(),
                whole(configuration.poison()), out(configuration.without()));
    }

    /** The settings of a machine that was told nothing. */
    static Settings initial() {
        return new Settings(SeriesVersion.REPAIRED, 1, false, 0);
    }

    boolean repaired() {
        return series == SeriesVersion.REPAIRED;
    }

    boolean has(int patch) {
        return (patchesOut >>> patch & 1) == 0;
    }

    private static boolean whole(String poison) {
        return switch (poison) {
            case "page" -> false;
            case "whole" -> true;
            default -> throw new ErrnoException(Errno.EINVAL, "poison \"" + poison + "\" is not one of page and whole");
        };
    }

    private static long out(int[] without) {
        long out = 0;
        for (int patch : without) {
            if (patch < 1 || patch > 37) {
                throw new ErrnoException(Errno.EINVAL,
                        "there is no patch " + patch + " to take out: accepted is 1 to 37");
            }
            out |= 1L << patch;
        }
        return out;
    }
}
