package org.dmemfs.kernel;

import java.util.Locale;

/** Which answers a machine gives: the property {@code series} of every component that knows a difference. */
public enum SeriesVersion {
    /** The series as it was meant: every known defect mended in the class that names it. */
    REPAIRED,
    /** As posted on 7 December 2020 (37 patches on 5.10-rc3), defects included. */
    V2,
    /** As posted on 8 October 2020 (35 patches on 5.9-rc), defects included. */
    V1;

    /**
     * The version that a user wrote.
     *
     * @param text repaired, v2 or v1
     * @return the version
     * @throws ErrnoException EINVAL for any other text
     */
    public static SeriesVersion parse(String text) {
        for (SeriesVersion version : values()) {
            if (version.label().equals(text)) {
                return version;
            }
        }
        throw new ErrnoException(Errno.EINVAL, "the series \"" + text + "\" is not one of repaired, v2 and v1");
    }

    /**
     * The version as users write it.
     *
     * @return repaired, v2 or v1
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
