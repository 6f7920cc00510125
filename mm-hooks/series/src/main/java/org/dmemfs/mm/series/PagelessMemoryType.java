package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.HookSet;

/**
 * Patch 04, in {@code arch/x86/mm/pat/memtype.c}.
 *
 * <p>Before: the memory type of RAM is kept in its {@code struct page}, and looking it up for dmem oopses.
 *
 * <p>After: RAM by the resource tree without {@code struct page} is write-back, and no other type can be reserved for it.
 */
@Patch(v1 = 4, v2 = 4)
final class PagelessMemoryType implements HookSet.MemoryTypeHook {
    @Override
    public boolean isPagelessRam(boolean ram, boolean pfnValid) {
        return ram && !pfnValid;
    }
}
