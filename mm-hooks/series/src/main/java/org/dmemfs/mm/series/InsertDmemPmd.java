package org.dmemfs.mm.series;

import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.HookSet;

/**
 * Patch 20, {@code vmf_insert_pfn_pmd}. That it no longer stops at a BUG cannot be seen: a VM_PFNMAP VMA never did.
 *
 * <p>Before: the entry is huge and nothing more, so everything after takes it for a transparent huge page.
 *
 * <p>After: a frame of dmem gives an entry with the bits of {@code pmd_mkdmem}.
 */
@Patch(v1 = 20, v2 = 20)
final class InsertDmemPmd implements HookSet.InsertHook {
    @Override
    public long mark(long entry) {
        return DmemEntryBits.mark(entry);
    }
}
