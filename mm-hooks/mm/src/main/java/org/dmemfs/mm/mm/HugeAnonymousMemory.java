package org.dmemfs.mm.mm;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.VmFlag;

/**
 * Transparent huge pages: anonymous memory in 2M where an aligned 2M of it is still empty ({@code do_huge_pmd_anonymous_page}).
 * Each of the 512 frames counts its references for itself. There is no huge zero page: a load takes a page too.
 */
final class HugeAnonymousMemory {
    private static final long BYTES = 1L << Entries.PMD_SHIFT;

    private final MemoryDescriptor space;
    private final Platform platform;
    private final TableMemory tables;
    private final HugeSplit split;

    HugeAnonymousMemory(MemoryDescriptor space, HugeSplit split) {
        this.space = space;
        this.platform = space.platform();
        this.tables = platform.tables();
        this.split = split;
    }

    /** Whether a fault whose walk ended at some level may get 2M. */
    boolean fits(MappedArea area, long virtualAddress, int shift) {
        long start = virtualAddress & -BYTES;
        return shift >= Entries.PMD_SHIFT && platform.hugePages().in(area) && area.contains(start, start + BYTES);
    }

    /** False where it must be 4K: no 2M are left, or others were faster. */
    boolean fault(MappedArea area, long virtualAddress, boolean write) {
        long location = space.pageTable().ensure(virtualAddress, Entries.PMD_SHIFT);
        if (location == PageTable.NO_MEMORY || location == PageTable.HUGE_IN_THE_WAY) {
            return false;
        }
        long first = PolicyNodes.take(platform.ram(), area, virtualAddress, PageSize.SIZE_2M);
        if (first == KernelRam.NONE) {
            return false;
        }
        for (long pfn = first; pfn < first + FrameBlock.FRAMES; pfn++) {
            platform.memmap().get(pfn, "do_huge_pmd_anonymous_page");
        }
        if (!platform.reverseMap().set(first, FrameBlock.FRAMES, area.mappers(),
                area.pageOffsetOf(virtualAddress & -BYTES))) {
            release(first);
            return false;
        }
        long entry = Entries.page(first, area) | Entries.HUGE | (area.has(VmFlag.WRITE) ? Entries.WRITE : 0)
                | (write ? Entries.DIRTY : 0);
        if (tables.compareAndSet(location, 0, entry)) {
            space.counters().mapped(Entries.PMD_SHIFT, 1);
            space.counters().fault(Entries.PMD_SHIFT);
            takeOutIfBad(location, virtualAddress & -BYTES, first);
            return true;
        }
        release(first);
        return false;
    }

    /** Who looked for the entry of a frame that went bad may have come before it was in place. */
    private void takeOutIfBad(long location, long start, long first) {
        if (!platform.reported().anyIn(first, FrameBlock.FRAMES)) {
            return;
        }
        split.split(location, start);
        for (int page = 0; page < FrameBlock.FRAMES; page++) {
            long address = start + page * AddressRange.PAGE_BYTES;
            long small = space.pageTable().ensure(address, Entries.PTE_SHIFT);
            if (platform.reported().contains(first + page) && small != PageTable.HUGE_IN_THE_WAY
                    && small != PageTable.NO_MEMORY) {
                new PageFailure(platform).takeOut(space, small, address, first + page);
            }
        }
    }

    private void release(long first) {
        for (long pfn = first; pfn < first + FrameBlock.FRAMES; pfn++) {
            if (platform.memmap().put(pfn, "put_page")) {
                platform.ram().give(pfn);
            }
        }
    }

    /** A store meets an entry of a huge page that does not allow it although the VMA does. */
    boolean isWriteProtected(WalkCursor cursor, boolean write) {
        return write && cursor.shift == Entries.PMD_SHIFT && !Entries.has(cursor.entry, Entries.WRITE)
                && split.isTransparent(cursor.entry);
    }

    /**
     * {@code do_huge_pmd_wp_page} as it is since 5.8: who is the only owner writes on; otherwise the entry is split, and the
     * store, repeated, copies the 4K that it meets. What nobody maps any more of the page goes back at once, where the kernel
     * keeps it until the whole page is split.
     */
    FaultOutcome writeProtected(WalkCursor cursor, long virtualAddress) {
        if (isOnlyOwner(Entries.pfn(cursor.entry))) {
            tables.addBits(cursor.location, cursor.entry, Entries.WRITE | Entries.DIRTY | Entries.ACCESSED);
            return FaultOutcome.HANDLED;
        }
        return split.split(cursor.location, virtualAddress) ? FaultOutcome.HANDLED : FaultOutcome.OUT_OF_MEMORY;
    }

    private boolean isOnlyOwner(long first) {
        for (long pfn = first; pfn < first + FrameBlock.FRAMES; pfn++) {
            if (platform.memmap().references(pfn, "do_huge_pmd_wp_page") != 1) {
                return false;
            }
        }
        return true;
    }
}
