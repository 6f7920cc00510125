package org.dmemfs.mm.series;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.HookSet;
import org.jspecify.annotations.Nullable;

/**
 * Patch 18, {@code follow_special_pmd} in {@code follow_pmd_mask}.
 *
 * <p>Before: the walk goes on to code that wants a page and finds none: ENOENT to a query by move_pages.
 *
 * <p>After: EEXIST, an entry without a page; EFAULT where a reference is wanted. A dump (FOLL_DUMP) gets EFAULT in V1 and
 * EEXIST in V2, which refuses the huge zero page alone.
 */
@Patch(v1 = 18, v2 = 18)
final class FollowSpecialPmd implements HookSet.FollowHook {
    private final HookSet.EntryTest special;
    private final SeriesVersion series;

    FollowSpecialPmd(HookSet.EntryTest special, SeriesVersion series) {
        this.special = special;
        this.series = series;
    }

    @Override
    public @Nullable Errno follow(long entry, boolean dump, boolean get) {
        if (!special.test(entry)) {
            return null;
        }
        return get || dump && series == SeriesVersion.V1 ? Errno.EFAULT : Errno.EEXIST;
    }
}
