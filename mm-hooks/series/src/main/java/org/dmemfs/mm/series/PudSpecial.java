package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.HookSet;

/**
 * Patch 26, {@code pud_special} and {@code pud_mkdmem}.
 *
 * <p>Before: every huge PUD that is no device's is a transparent huge page, and an inserted one carries no mark.
 *
 * <p>After: one with both software bits is special, and never transparent; an inserted frame of dmem gets them. Who marks
 * and who excludes stands in 27's hunks as well, but has no effect without what 26 defines; they are taken out with 26, so
 * that 27 taken out shows what its own places do.
 */
@Patch(v1 = 26, v2 = 26)
final class PudSpecial implements HookSet.HugeEntryHook, HookSet.InsertHook {
    @Override
    public boolean isTransparentHuge(long entry) {
        return (entry & EntryBit.HUGE.mask()) != 0 && (entry & EntryBit.DEVMAP.mask()) == 0
                && (entry & EntryBit.DMEM.mask()) == 0;
    }

    @Override
    public boolean isSpecial(long entry) {
        return DmemEntryBits.areSet(entry);
    }

    @Override
    public long mark(long entry) {
        return DmemEntryBits.mark(entry);
    }
}
