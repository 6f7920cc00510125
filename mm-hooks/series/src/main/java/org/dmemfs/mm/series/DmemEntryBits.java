package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.EntryBit;

/**
 * Patch 12, its part in the page-table headers.
 *
 * <p>Before: software uses no bit 57; bit 9 alone says special, and at PMD level CPA_TEST shares it.
 *
 * <p>After: {@code _PAGE_DMEM} is bit 57, which the hardware ignores; {@code pmd_mkdmem} sets both, and only both together
 * mean a huge page of dmem. The rest of the patch is the pool's choice of nodes.
 */
@Patch(v1 = 12, v2 = 12)
final class DmemEntryBits {
    private static final long BOTH = EntryBit.SPECIAL.mask() | EntryBit.DMEM.mask();

    private DmemEntryBits() {
    }

    static long mark(long entry) {
        return entry | BOTH;
    }

    static boolean areSet(long entry) {
        return (entry & BOTH) == BOTH;
    }
}
