package org.dmemfs.mm.mm;

import java.util.List;
import org.dmemfs.kernel.PageSize;

/**
 * {@code madvise_inject_error}: page by page through gup, so that bare frames are refused by it. What was injected before a
 * refusal stays. Without any lock.
 */
final class MemoryErrorInjection {
    private final MemoryDescriptor space;
    private final UserPages pages;
    private final FrameLookup lookup;

    MemoryErrorInjection(MemoryDescriptor space, UserPages pages) {
        this.space = space;
        this.pages = pages;
        this.lookup = new FrameLookup(space);
    }

    void inject(AddressRange range) {
        Platform platform = space.platform();
        for (long address = range.start(); address < range.end();) {
            platform.machineChecks().requireHandler();
            List<Long> pinned = pages.get(address, 1, false);
            long pfn = pinned.getFirst();
            // A huge page is one error, of the frame at the address.
            PageSize size = lookup.mappingLevel(address);
            // The pin is no user of the page that the report would find (MF_COUNT_INCREASED).
            pages.unpin(pinned);
            platform.log().info("Injecting memory failure for pfn 0x%x at process virtual address 0x%x"
                    .formatted(pfn, address));
            platform.poisoned().add(pfn);
            space.processors().shootDown();
            platform.machineChecks().raise(pfn, space.task(), address);
            address += size == null ? AddressRange.PAGE_BYTES : size.bytes();
        }
    }
}
