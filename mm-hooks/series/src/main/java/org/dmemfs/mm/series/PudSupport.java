package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.HookSet;

/**
 * Patch 27, what 15 and 17 to 19 do, at PUD level.
 *
 * <p>Before: munmap logs "bad pud", and the lock-free gup at 1G oopses. In {@code copy_pud_range} it can have no effect: a
 * mapping of dmem is not copied.
 *
 * <p>After: a special PUD is locked, zapped, followed and given up at as a special PMD is.
 *
 * @param lock entries that are stable under the lock
 * @param zap entries that are zapped as huge
 * @param follow what {@code follow_page} says
 * @param fastGup entries at which the lock-free gup gives up
 */
@Patch(v1 = 27, v2 = 27)
record PudSupport(HookSet.EntryTest lock, HookSet.EntryTest zap, HookSet.FollowHook follow,
        HookSet.EntryTest fastGup) {
}
