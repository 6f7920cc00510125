package org.dmemfs.conformance;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/**
 * What a soak does. The same plan on a machine of the same options does the same, however long it takes.
 *
 * @param seed of the random choices
 * @param pageSize of the mounts, 4K or 2M: a dpage of 1G is too much to be looked at after every step
 * @param steps the most steps, at least 1
 * @param nanoseconds the most time, at least 1
 */
public record SoakPlan(long seed, PageSize pageSize, long steps, long nanoseconds) {
    /**
     * Checks them.
     *
     * @throws ErrnoException EINVAL for a value that is not accepted
     */
    public SoakPlan {
        if (steps < 1 || nanoseconds < 1) {
            throw new ErrnoException(Errno.EINVAL,
                    "a soak of %d steps and %d ns is not accepted: 1 and more of each are"
                            .formatted(steps, nanoseconds));
        }
        if (pageSize == PageSize.SIZE_1G) {
            throw new ErrnoException(Errno.EINVAL, "a soak with pages of 1G is not accepted: 4K and 2M are");
        }
    }
}
