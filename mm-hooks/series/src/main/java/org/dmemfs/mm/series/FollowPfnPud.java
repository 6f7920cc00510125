package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.HookSet;

/**
 * Patch 29, {@code follow_pte_pud}.
 *
 * <p>Before: {@code follow_pfn} at 1G is EINVAL.
 *
 * <p>After: the frame of the PUD plus the offset within 1G.
 */
@Patch(v1 = 29, v2 = 29)
final class FollowPfnPud implements HookSet.EntryTest {
    @Override
    public boolean test(long entry) {
        return (entry & EntryBit.HUGE.mask()) != 0;
    }
}
