package org.dmemfs.schemes.hugepfnmap;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.schemes.UnpatchedHooks;
import org.jspecify.annotations.Nullable;

/**
 * Huge entries without {@code struct page} in Linux 6.12: bit 9 alone marks them, they count as transparent huge ones wherever
 * no page is asked for, the fast gup gives up at them, and follow_pfnmap_start sees through them.
 */
final class PfnmapHooks extends UnpatchedHooks {
    private static final EntryTest SPECIAL = entry -> (entry & EntryBit.SPECIAL.mask()) != 0;
    private static final HugeEntryHook ENTRY = new HugeEntryHook() {
        @Override
        public boolean isTransparentHuge(long entry) {
            return (entry & EntryBit.HUGE.mask()) != 0 && (entry & EntryBit.DEVMAP.mask()) == 0;
        }

        @Override
        public boolean isSpecial(long entry) {
            return SPECIAL.test(entry);
        }
    };

    @Override
    public FrameHook frame() {
        return _ -> true;
    }

    @Override
    public HugeEntryHook hugeEntry(PageSize level) {
        return ENTRY;
    }

    @Override
    public InsertHook insert(PageSize level) {
        return entry -> entry | EntryBit.SPECIAL.mask();
    }

    @Override
    public EntryTest fastGup(PageSize level) {
        return SPECIAL;
    }

    @Override
    public EntryTest pageWalk(PageSize level) {
        return SPECIAL;
    }

    @Override
    public EntryTest followPfn(PageSize level) {
        return _ -> true;
    }

    @Override
    public @Nullable EntryTest protect(PageSize level) {
        return SPECIAL;
    }
}
