package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.HookSet;

/**
 * Patch 26, {@code pud_special} and {@code pud_mkdmem}; and the part of 27 in {@code pud_trans_huge}, which has no effect
 * without it.
 *
 * <p>Before: every huge PUD that is no device's is a transparent huge page.
 *
 * <p>After: one with both software bits is special; with patch 27 it is no longer transparent.
 */
@Patch(v1 = 26, v2 = 26)
final class PudSpecial implements HookSet.HugeEntryHook {
    private final boolean exclusive;

    /** With patch 27, special and transparent exclude each other. */
    PudSpecial(boolean exclusive) {
        this.exclusive = exclusive;
    }

    @Override
    public boolean isTransparentHuge(long entry) {
        return (entry & EntryBit.HUGE.mask()) != 0 && (entry & EntryBit.DEVMAP.mask()) == 0
                && !(exclusive && (entry & EntryBit.DMEM.mask()) != 0);
    }

    @Override
    public boolean isSpecial(long entry) {
        return DmemEntryBits.areSet(entry);
    }
}
