package org.dmemfs.core.pool;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * The patches that are taken out.
 *
 * @param bits bit n is set where patch n is
 */
record PatchesOut(long bits) {
    private static final int LAST = 37;

    /** Those with numbers; ErrnoException EINVAL for one that there is not. */
    static PatchesOut of(int... numbers) {
        long bits = 0;
        for (int number : numbers) {
            if (number < 1 || number > LAST) {
                throw new ErrnoException(Errno.EINVAL,
                        "there is no patch %d to take out: accepted is 1 to %d".formatted(number, LAST));
            }
            bits |= 1L << number;
        }
        return new PatchesOut(bits);
    }

    boolean has(int number) {
        return (bits >>> number & 1) != 0;
    }
}
