package org.dmemfs.mm.mm;

import java.util.Objects;
import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.Vma;
import org.jspecify.annotations.Nullable;

/** The answers at every hook point at one time. Immutable: an operation takes it once and stays with it. */
record Hooks(SeriesVersion series, Set<Integer> patches, LevelHooks pmd, LevelHooks pud,
        HookSet.MemoryTypeHook memoryType, HookSet.FrameHook frame, HookSet.FollowHook followPte,
        HookSet.AreaHook area) {
    private static final HookSet.AreaHook NO_AREA = new HookSet.AreaHook() {
        @Override
        public boolean isDmem(Vma vma) {
            return false;
        }

        @Override
        public boolean isAlwaysInCore(Vma vma) {
            return false;
        }
    };

    static Hooks of(@Nullable HookSet set) {
        LevelHooks pmd = LevelHooks.of(set, PageSize.SIZE_2M);
        LevelHooks pud = LevelHooks.of(set, PageSize.SIZE_1G);
        if (set == null) {
            return new Hooks(SeriesVersion.REPAIRED, Set.of(), pmd, pud, (ram, valid) -> false, flag -> false,
                    (entry, dump, get) -> null, NO_AREA);
        }
        return new Hooks(set.series(), Set.copyOf(set.patches()), pmd, pud,
                Objects.requireNonNullElse(set.memoryType(), (ram, valid) -> false),
                Objects.requireNonNullElse(set.frame(), flag -> false),
                Objects.requireNonNullElse(set.follow(PageSize.SIZE_4K), (entry, dump, get) -> null),
                Objects.requireNonNullElse(set.area(), NO_AREA));
    }

    LevelHooks level(int shift) {
        return shift == Entries.PUD_SHIFT ? pud : pmd;
    }
}
