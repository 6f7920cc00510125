package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.HookSet;

/**
 * Patch 21, {@code follow_pfn} through {@code follow_pte_pmd}.
 *
 * <p>Before: only a PTE is followed; at 2M the answer is EINVAL, so KVM and vfio get no frame.
 *
 * <p>After: the frame of the huge entry plus the offset within 2M. The test is {@code pmd_huge}, which a kernel without
 * HUGETLB_PAGE answers with no; the model has it.
 */
@Patch(v1 = 21, v2 = 21)
final class FollowPfnPmd implements HookSet.EntryTest {
    @Override
    public boolean test(long entry) {
        return (entry & EntryBit.HUGE.mask()) != 0;
    }
}
