package org.dmemfs.fs.fs;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;

/**
 * The options of a mount. Of several of one name the last counts, as the kernel's parser has it.
 *
 * @param pageSize the size of its dpages
 * @param limitBytes beyond the series: how much its files may keep together; {@link Long#MAX_VALUE} for no limit
 */
@Patch(v1 = 1, v2 = 1)
record MountOptions(PageSize pageSize, long limitBytes) {
    static MountOptions parse(String text) {
        PageSize pageSize = PageSize.SIZE_4K;
        long limitBytes = Long.MAX_VALUE;
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (option.startsWith("pagesize=")) {
                pageSize = PageSize.parse(option.substring("pagesize=".length()));
            } else if (option.startsWith("size=")) {
                limitBytes = MemorySize.parse("the mount's size", option.substring("size=".length()));
            } else {
                throw new ErrnoException(Errno.EINVAL, "the mount option \"" + option
                        + "\" is not known: accepted are pagesize= with 4K, 2M or 1G, and size=");
            }
        }
        if (limitBytes != Long.MAX_VALUE && (limitBytes == 0 || limitBytes % pageSize.bytes() != 0)) {
            throw new ErrnoException(Errno.EINVAL, "the mount's size " + MemorySize.format(limitBytes)
                    + " is not a multiple of its page size " + pageSize.label());
        }
        return new MountOptions(pageSize, limitBytes);
    }

    /** As {@code /proc/mounts} shows them; v2 and v1 never show the page size, their condition is inverted (12.2.10). */
    String show(boolean repaired) {
        return "rw,relatime" + (repaired ? ",pagesize=" + pageSize.label() : "")
                + (limitBytes == Long.MAX_VALUE ? "" : ",size=" + MemorySize.format(limitBytes));
    }
}
