package org.dmemfs.linux.native_;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;

/** The checks of a range given from outside. */
final class Extent {
    private Extent() {
    }

    /** EINVAL unless the range has a byte, lies inside the whole and is aligned. */
    static void check(String what, long offset, long bytes, String whole, long wholeBytes, PageSize unit) {
        if (bytes <= 0 || offset < 0 || offset > wholeBytes - bytes) {
            throw new ErrnoException(Errno.EINVAL, "%s of %d bytes at offset %d is not inside %s of %d bytes"
                    .formatted(what, bytes, offset, whole, wholeBytes));
        }
        aligned("the offset of " + what, offset, unit);
        aligned("the length of " + what, bytes, unit);
    }

    static void aligned(String what, long value, PageSize unit) {
        if (value % unit.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "%s, 0x%x, is not a multiple of %s".formatted(what, value, unit.label()));
        }
    }

    static void size(String what, long bytes, PageSize unit) {
        if (bytes <= 0) {
            throw new ErrnoException(Errno.EINVAL, "%s, %d bytes, is not more than 0".formatted(what, bytes));
        }
        if (bytes % unit.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL, "%s, %d bytes (%s), is not a multiple of %s".formatted(what, bytes,
                    MemorySize.format(bytes), unit.label()));
        }
    }
}
