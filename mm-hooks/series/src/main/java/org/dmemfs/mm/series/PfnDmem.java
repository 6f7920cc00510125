package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.PfnFlag;

/**
 * Patch 13, in {@code include/linux/pfn_t.h}.
 *
 * <p>Before: a {@code pfn_t} can say device, mapped, special; an insert has no way to know dmem.
 *
 * <p>After: {@code PFN_DMEM}, bit 58, and {@code pfn_t_dmem}.
 */
@Patch(v1 = 13, v2 = 13)
final class PfnDmem implements HookSet.FrameHook {
    @Override
    public boolean isDmem(PfnFlag flag) {
        return flag == PfnFlag.DMEM;
    }
}
