package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.HookSet;

/**
 * Patch 15, {@code pmd_trans_huge_lock}.
 *
 * <p>Before: the lock is taken for swap, transparent huge and device entries; a special one counts as unstable, and what
 * asked goes on as if it were a table: "bad pmd", cleared, and no TLB told.
 *
 * <p>After: a special entry is stable under the lock.
 */
@Patch(v1 = 15, v2 = 15)
final class PmdSpecialLock implements HookSet.EntryTest {
    private final HookSet.EntryTest special;

    PmdSpecialLock(HookSet.EntryTest special) {
        this.special = special;
    }

    @Override
    public boolean test(long entry) {
        return special.test(entry);
    }
}
