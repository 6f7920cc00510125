package org.dmemfs.mm.mm;

import java.util.Objects;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.HookSet;
import org.jspecify.annotations.Nullable;

/** The hooks of one huge level, each with the answer of the kernel before the series where no patch gives another. */
record LevelHooks(HookSet.HugeEntryHook hugeEntry, HookSet.EntryTest lock, HookSet.EntryTest zap,
        HookSet.FollowHook follow, HookSet.EntryTest fastGup, HookSet.EntryTest pageWalk, HookSet.InsertHook insert,
        HookSet.EntryTest followPfn, HookSet.EntryTest spuriousFault, HookSet.EntryTest protect) {
    private static final HookSet.EntryTest NO = entry -> false;
    private static final HookSet.HugeEntryHook UNPATCHED_ENTRY = new UnpatchedHugeEntry();

    /** Before patches 14 and 26 every huge entry that is no device's is a transparent huge page, and none is special. */
    private static final class UnpatchedHugeEntry implements HookSet.HugeEntryHook {
        @Override
        public boolean isTransparentHuge(long entry) {
            return Entries.has(entry, Entries.HUGE) && !Entries.has(entry, Entries.DEVMAP);
        }

        @Override
        public boolean isSpecial(long entry) {
            return false;
        }
    }

    static LevelHooks of(@Nullable HookSet set, PageSize level) {
        if (set == null) {
            return new LevelHooks(UNPATCHED_ENTRY, NO, NO, (entry, dump, get) -> null, NO, NO, entry -> entry, NO, NO,
                    NO);
        }
        return new LevelHooks(Objects.requireNonNullElse(set.hugeEntry(level), UNPATCHED_ENTRY),
                Objects.requireNonNullElse(set.lock(level), NO), Objects.requireNonNullElse(set.zap(level), NO),
                Objects.requireNonNullElse(set.follow(level), (entry, dump, get) -> null),
                Objects.requireNonNullElse(set.fastGup(level), NO),
                Objects.requireNonNullElse(set.pageWalk(level), NO),
                Objects.requireNonNullElse(set.insert(level), entry -> entry),
                Objects.requireNonNullElse(set.followPfn(level), NO),
                Objects.requireNonNullElse(set.spuriousFault(level), NO),
                Objects.requireNonNullElse(set.protect(level), NO));
    }

    /** {@code pmd_trans_huge(*pmd) || pmd_devmap(*pmd)}: what the kernel takes for huge without the series. */
    boolean isKnownHuge(long entry) {
        return hugeEntry.isTransparentHuge(entry)
                || Entries.has(entry, Entries.HUGE) && Entries.has(entry, Entries.DEVMAP);
    }
}
