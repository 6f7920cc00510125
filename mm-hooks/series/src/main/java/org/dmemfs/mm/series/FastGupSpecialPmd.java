package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.HookSet;

/**
 * Patch 19, {@code gup_huge_pmd}; V2 adds {@code walk_pmd_range}, which uses the same test.
 *
 * <p>Before: the lock-free gup takes the {@code struct page} of a huge entry, which dmem has not: an oops.
 *
 * <p>After: it gives up at a special entry and leaves the answer to the slow path. The generic page walk reports it as a hole
 * (V2); in V1 a walker that looks at huge entries still asks for its page (defect 12.2.13).
 */
@Patch(v1 = 19, v2 = 19)
final class FastGupSpecialPmd implements HookSet.EntryTest {
    private final HookSet.EntryTest special;

    FastGupSpecialPmd(HookSet.EntryTest special) {
        this.special = special;
    }

    @Override
    public boolean test(long entry) {
        return special.test(entry);
    }
}
