package org.dmemfs.conformance;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/**
 * What a soak does. With one worker the same plan on a machine of the same options does the same, however long it takes.
 * With more, each worker's random choices are the same, and how they meet is the host's affair.
 *
 * @param seed of the random choices
 * @param pageSize of the mounts; of dpages of 1G only a part is looked at
 * @param steps the most steps, at least 1; what all workers do at once is one step
 * @param nanoseconds the most time, at least 1
 * @param workers how many threads work at once now and then, 1 to 8
 */
public record SoakPlan(long seed, PageSize pageSize, long steps, long nanoseconds, int workers) {
    private static final int MOST_WORKERS = 8;

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
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new ErrnoException(Errno.EINVAL,
                    "a soak of %d workers is not accepted: 1 to %d are".formatted(workers, MOST_WORKERS));
        }
    }
}
