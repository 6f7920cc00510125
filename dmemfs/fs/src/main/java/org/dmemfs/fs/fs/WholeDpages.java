package org.dmemfs.fs.fs;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/**
 * A range of a file in dpages.
 *
 * @param first the first index
 * @param end the first index after it
 */
record WholeDpages(long first, long end) {
    static WholeDpages of(PageSize pageSize, long offset, long bytes) {
        if (offset < 0 || bytes <= 0 || ((offset | bytes) & pageSize.bytes() - 1) != 0) {
            throw new ErrnoException(Errno.EINVAL, "the range of " + bytes + " bytes at " + offset
                    + " is not made of whole pages of " + pageSize.label());
        }
        long first = offset >>> pageSize.shift();
        return new WholeDpages(first, first + (bytes >>> pageSize.shift()));
    }

    long count() {
        return end - first;
    }
}
