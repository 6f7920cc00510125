package org.dmemfs.fs.fs;

import java.util.EnumSet;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.VmFlag;

/**
 * Which mappings a file takes and what they become. Patch 05: shared ones at whole dpages only, of bare frames. Patch 23
 * adds VM_DMEM and VM_IO. Patch 24 has them not copied by fork, asks for huge entries, and wants addresses and lengths
 * in whole dpages. Patch 16: they may be split between dpages only.
 */
@Patch(v1 = 5, v2 = 5)
@Patch(v1 = 16, v2 = 16)
@Patch(v1 = 24, v2 = 24)
final class MappingRules {
    private MappingRules() {
    }

    /** The flags that a mapping of a file gets. */
    static Set<VmFlag> flags(Settings settings, PageSize pageSize, Set<VmFlag> wanted, long pageOffset) {
        if (pageOffset < 0 || pageOffset % pageSize.naturePages() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the offset of " + pageOffset + " pages of 4K is not a multiple of the"
                            + " page size " + pageSize.label());
        }
        if (!wanted.contains(VmFlag.SHARED)) {
            throw new ErrnoException(Errno.EINVAL,
                    "the mapping is not shared: a file of dmemfs is mapped with MAP_SHARED, opened for writing");
        }
        Set<VmFlag> flags = EnumSet.of(VmFlag.PFNMAP);
        if (settings.has(23)) {
            flags.add(VmFlag.DMEM);
            flags.add(VmFlag.IO);
        }
        if (settings.has(24)) {
            flags.add(VmFlag.DONTCOPY);
            if (pageSize != PageSize.SIZE_4K) {
                flags.add(VmFlag.HUGEPAGE);
            }
        }
        return flags;
    }

    /** What addresses and lengths must be multiples of. */
    static PageSize alignment(Settings settings, PageSize pageSize) {
        return settings.has(24) ? pageSize : PageSize.SIZE_4K;
    }

    /** Refuses a split inside a dpage. */
    static void checkSplit(Settings settings, PageSize pageSize, long virtualAddress) {
        if (settings.has(16) && (virtualAddress & pageSize.bytes() - 1) != 0) {
            throw new ErrnoException(Errno.EINVAL, "a mapping of dmemfs cannot be split at 0x"
                    + Long.toHexString(virtualAddress) + ": that is not a multiple of its page size "
                    + pageSize.label());
        }
    }
}
