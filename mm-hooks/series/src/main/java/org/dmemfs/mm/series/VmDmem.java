package org.dmemfs.mm.series;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.jspecify.annotations.Nullable;

/**
 * Patch 23, {@code VM_DMEM} and what system calls make of it.
 *
 * <p>Before: mprotect goes over huge entries that it does not know and logs "bad pmd"; mremap that grows gets EFAULT as every
 * bare mapping, and moves; mincore says 0.
 *
 * <p>After: mprotect that changes something, and mremap that grows or moves, are EINVAL. V2 also has mincore say 1 for every
 * page, and a dump of a pageless PTE get EEXIST where it was EFAULT.
 */
@Patch(v1 = 23, v2 = 23)
final class VmDmem implements HookSet.AreaHook, HookSet.FollowHook {
    private final SeriesVersion series;

    VmDmem(SeriesVersion series) {
        this.series = series;
    }

    @Override
    public boolean isDmem(Vma vma) {
        return vma.has(VmFlag.DMEM);
    }

    @Override
    public boolean isAlwaysInCore(Vma vma) {
        return vma.has(VmFlag.DMEM) && series != SeriesVersion.V1;
    }

    @Override
    public @Nullable Errno follow(long entry, boolean dump, boolean get) {
        boolean pageless = (entry & EntryBit.SPECIAL.mask()) != 0;
        return pageless && dump && series != SeriesVersion.V1 ? Errno.EEXIST : null;
    }
}
