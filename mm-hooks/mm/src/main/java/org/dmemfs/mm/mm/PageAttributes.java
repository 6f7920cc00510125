package org.dmemfs.mm.mm;

import org.dmemfs.mm.EntryBit;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;

/** The page attribute table's view of a frame ({@code arch/x86/mm/pat/memtype.c}), as far as an insert asks it. */
final class PageAttributes {
    private final MemoryMap memoryMap;
    private final Memmap memmap;

    PageAttributes(MemoryMap memoryMap, Memmap memmap) {
        this.memoryMap = memoryMap;
        this.memmap = memmap;
    }

    /**
     * {@code lookup_memtype}: the cache bits of a frame's entry. RAM keeps its type in its {@code struct page}; without
     * patch 04 that page is looked at where there is none.
     */
    long lookup(long pfn, Hooks hooks) {
        FrameKind kind = memoryMap.kindOf(pfn);
        if (kind == FrameKind.DEVICE || kind == FrameKind.HOLE) {
            // Registers that nobody reserved another type for: UC-, which is PCD alone.
            return EntryBit.CACHE_DISABLE.mask();
        }
        if (kind == FrameKind.SET_ASIDE) {
            // Not RAM in the resource tree: its type is reserved by range, write-back where nobody asked for another.
            return 0;
        }
        if (!hooks.memoryType().isPagelessRam(true, kind == FrameKind.RAM)) {
            memmap.touch(pfn, "lookup_memtype");
        }
        return 0;
    }
}
