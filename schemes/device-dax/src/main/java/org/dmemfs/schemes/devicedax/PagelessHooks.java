package org.dmemfs.schemes.devicedax;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.PfnFlag;
import org.dmemfs.schemes.UnpatchedHooks;

/**
 * Patches 1 to 4 of January 2020: a special PMD and PUD by bit 9 alone, known to the lock, the zap and the fast gup, and
 * follow_pfn at both sizes. mprotect was not taught, and takes such an entry for a bad one.
 */
final class PagelessHooks extends UnpatchedHooks {
    private static final EntryTest SPECIAL = entry -> (entry & EntryBit.SPECIAL.mask()) != 0;
    private static final HugeEntryHook ENTRY = new HugeEntryHook() {
        @Override
        public boolean isTransparentHuge(long entry) {
            return (entry & EntryBit.HUGE.mask()) != 0
                    && (entry & (EntryBit.DEVMAP.mask() | EntryBit.SPECIAL.mask())) == 0;
        }

        @Override
        public boolean isSpecial(long entry) {
            return SPECIAL.test(entry);
        }
    };

    @Override
    public FrameHook frame() {
        return flag -> flag == PfnFlag.DEV;
    }

    @Override
    public HugeEntryHook hugeEntry(PageSize level) {
        return ENTRY;
    }

    @Override
    public EntryTest lock(PageSize level) {
        return SPECIAL;
    }

    @Override
    public EntryTest zap(PageSize level) {
        return SPECIAL;
    }

    @Override
    public EntryTest fastGup(PageSize level) {
        return SPECIAL;
    }

    @Override
    public InsertHook insert(PageSize level) {
        return entry -> entry | EntryBit.SPECIAL.mask();
    }

    @Override
    public EntryTest followPfn(PageSize level) {
        return _ -> true;
    }
}
