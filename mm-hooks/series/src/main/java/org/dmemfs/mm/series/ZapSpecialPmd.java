package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.HookSet;

/**
 * Patch 17, {@code zap_pmd_range}. Its branch in {@code zap_huge_pmd} is reached by no call: the test for a VMA without
 * pages comes first.
 *
 * <p>Before: an unmap takes a special entry for a table: "bad pmd", cleared, and no TLB told.
 *
 * <p>After: it is zapped as a huge entry without a page to release; a part of one is a VM_BUG_ON.
 */
@Patch(v1 = 17, v2 = 17)
final class ZapSpecialPmd implements HookSet.EntryTest {
    private final HookSet.EntryTest special;

    ZapSpecialPmd(HookSet.EntryTest special) {
        this.special = special;
    }

    @Override
    public boolean test(long entry) {
        return special.test(entry);
    }
}
