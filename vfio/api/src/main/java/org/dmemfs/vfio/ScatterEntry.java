package org.dmemfs.vfio;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * One stretch of a scatter list, as a device is given it.
 *
 * @param iova first address
 * @param bytes length, above 0
 */
public record ScatterEntry(long iova, long bytes) {
    /**
     * Checks the length.
     *
     * @throws ErrnoException EINVAL where it is not positive
     */
    public ScatterEntry {
        if (bytes <= 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "a scatter entry of " + bytes + " bytes is not accepted: 1 and more are");
        }
    }
}
