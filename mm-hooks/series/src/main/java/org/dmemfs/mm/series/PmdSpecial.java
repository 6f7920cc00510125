package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.HookSet;

/**
 * Patch 14, {@code pmd_trans_huge} and {@code pmd_special}.
 *
 * <p>Before: every huge PMD that is no device's is a transparent huge page with a {@code struct page}.
 *
 * <p>After: one with both software bits is special instead, and never transparent.
 */
@Patch(v1 = 14, v2 = 14)
final class PmdSpecial implements HookSet.HugeEntryHook {
    @Override
    public boolean isTransparentHuge(long entry) {
        return (entry & EntryBit.HUGE.mask()) != 0 && (entry & EntryBit.DEVMAP.mask()) == 0
                && (entry & EntryBit.DMEM.mask()) == 0;
    }

    @Override
    public boolean isSpecial(long entry) {
        return DmemEntryBits.areSet(entry);
    }
}
