package org.dmemfs.conformance.scenarios;

import org.dmemfs.kernel.SeriesVersion;

/** The answers of the three versions to one call. */
record Expected(String repaired, String v2, String v1) {
    /** The same answer in all of them. */
    static Expected always(Object answer) {
        String text = String.valueOf(answer);
        return new Expected(text, text, text);
    }

    /** One answer as it was meant, another as it was posted both times. */
    static Expected repairedOrPosted(Object repaired, Object posted) {
        return new Expected(String.valueOf(repaired), String.valueOf(posted), String.valueOf(posted));
    }

    String of(SeriesVersion series) {
        return switch (series) {
            case REPAIRED -> repaired;
            case V2 -> v2;
            case V1 -> v1;
        };
    }
}
