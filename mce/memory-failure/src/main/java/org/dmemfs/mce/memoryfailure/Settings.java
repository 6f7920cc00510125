package org.dmemfs.mce.memoryfailure;

import org.dmemfs.kernel.SeriesVersion;
import java.util.Arrays;

/**
 * What the configuration says at one moment.
 *
 * @param series whose answers are given
 * @param earlyKill whether all tasks hear early
 * @param restartIpValid whether a machine check leaves the task able to go on
 * @param handlesDmem whether patch 31 is in
 */
record Settings(SeriesVersion series, boolean earlyKill, boolean restartIpValid, boolean handlesDmem) {
    static Settings of(Configuration configuration) {
        return new Settings(SeriesVersion.parse(configuration.series()), configuration.earlyKill(),
                configuration.restartIpValid(), Arrays.stream(configuration.without()).noneMatch(patch -> patch == 31));
    }

    boolean repaired() {
        return series == SeriesVersion.REPAIRED;
    }
}
