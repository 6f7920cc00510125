package org.dmemfs.core.pool;

import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;

/**
 * What a bad frame did to the pool (facts 8).
 *
 * @param outcome which case it was
 * @param dpagePhysicalAddress first byte of its dpage; 0 where it is in none
 * @param dpageSize its dpage's size; 4K where it is in none
 */
record Poisoning(PoisonOutcome outcome, long dpagePhysicalAddress, PageSize dpageSize) {
    /** Only while no operation is under way. */
    static Poisoning of(long pfn, BadFrames badFrames, @Nullable Carving carving) {
        if (!badFrames.add(pfn)) {
            return inNoDpage(PoisonOutcome.ALREADY_KNOWN);
        }
        DpageRegion region = carving == null ? null : carving.lookup().region(pfn << 12);
        if (carving == null || region == null) {
            return inNoDpage(PoisonOutcome.IN_NO_DPAGE);
        }
        int before = carving.poison(region, pfn << 12);
        return new Poisoning(
                DpageStates.references(before) > 0 ? PoisonOutcome.USED_ANNOUNCED : PoisonOutcome.FREE_RETIRED,
                region.physicalAddressOf(region.indexOf(pfn << 12)), carving.pageSize());
    }

    private static Poisoning inNoDpage(PoisonOutcome outcome) {
        return new Poisoning(outcome, 0, PageSize.SIZE_4K);
    }
}
