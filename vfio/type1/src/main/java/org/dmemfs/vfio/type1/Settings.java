package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;

/**
 * What the configuration says at one moment. A change replaces the whole; each map reads it once.
 *
 * @param series whose answers are given
 * @param memlockBytes RLIMIT_MEMLOCK, -1 for none
 * @param patchesOut bit n is set where patch n is taken out
 */
record Settings(SeriesVersion series, long memlockBytes, long patchesOut) {
    Settings {
        if (memlockBytes < -1) {
            throw new ErrnoException(Errno.EINVAL,
                    "memlock " + memlockBytes + " is out of range: accepted is -1 for no limit, or bytes from 0");
        }
    }

    static Settings of(Configuration configuration) {
        return new Settings(SeriesVersion.parse(configuration.series()), configuration.memlock(),
                out(configuration.without()));
    }

    boolean has(int patch) {
        return (patchesOut >>> patch & 1) == 0;
    }

    boolean isMemlockUnlimited() {
        return memlockBytes == -1;
    }

    static long out(int... without) {
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
