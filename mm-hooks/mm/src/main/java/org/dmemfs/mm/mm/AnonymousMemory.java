package org.dmemfs.mm.mm;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.VmFlag;

/** Anonymous pages: they come zeroed at the first touch, with a {@code struct page} that counts who refers to them. */
final class AnonymousMemory {
    private static final long PAGE_BYTES = 1L << Entries.PTE_SHIFT;

    private final MemoryDescriptor space;
    private final Platform platform;
    private final TableMemory tables;

    AnonymousMemory(MemoryDescriptor space) {
        this.space = space;
        this.platform = space.platform();
        this.tables = platform.tables();
    }

    FaultOutcome fault(MappedArea area, long virtualAddress, boolean write) {
        long location = space.pageTable().ensure(virtualAddress, Entries.PTE_SHIFT);
        if (location == PageTable.NO_MEMORY) {
            return FaultOutcome.OUT_OF_MEMORY;
        }
        if (location == PageTable.HUGE_IN_THE_WAY) {
            return FaultOutcome.HANDLED;
        }
        long pfn = PolicyNodes.take(platform.ram(), area, virtualAddress, PageSize.SIZE_4K);
        if (pfn == KernelRam.NONE) {
            return FaultOutcome.OUT_OF_MEMORY;
        }
        platform.memmap().get(pfn, "do_anonymous_page");
        if (!know(pfn, area, virtualAddress)) {
            return FaultOutcome.OUT_OF_MEMORY;
        }
        long entry = Entries.page(pfn, area) | (area.has(VmFlag.WRITE) ? Entries.WRITE : 0)
                | (write ? Entries.DIRTY : 0);
        if (tables.compareAndSet(location, 0, entry)) {
            space.counters().mapped(Entries.PTE_SHIFT, 1);
            space.counters().fault(Entries.PTE_SHIFT);
            takeOutIfBad(location, virtualAddress, pfn);
        } else {
            release(pfn);
        }
        return FaultOutcome.HANDLED;
    }

    /** {@code anon_vma_prepare} and {@code page_add_new_anon_rmap}; false where it cannot be, and then the page has gone. */
    private boolean know(long pfn, MappedArea area, long virtualAddress) {
        boolean known = platform.reverseMap().set(pfn, 1, area.mappers(), area.pageOffsetOf(virtualAddress));
        if (!known) {
            release(pfn);
        }
        return known;
    }

    /** Who looked for the entries of a page that went bad may have come before this one was in place. */
    void takeOutIfBad(long location, long virtualAddress, long pfn) {
        if (platform.reported().contains(pfn)) {
            new PageFailure(platform).takeOut(space, location, virtualAddress & -PAGE_BYTES, pfn);
        }
    }

    /**
     * {@code do_wp_page}: a store meets an entry that does not allow it although the VMA does. Who is the only owner writes
     * on; otherwise the page is copied.
     */
    FaultOutcome writeProtected(MappedArea area, long virtualAddress, long location, long entry) {
        boolean special = Entries.has(entry, Entries.SPECIAL);
        long writable = Entries.WRITE | Entries.DIRTY | Entries.ACCESSED;
        if (area.has(VmFlag.SHARED)
                || !special && platform.memmap().references(Entries.pfn(entry), "do_wp_page") == 1) {
            tables.addBits(location, entry, writable);
            return FaultOutcome.HANDLED;
        }
        long pfn = platform.ram().take(space.task().node());
        if (pfn == KernelRam.NONE) {
            return FaultOutcome.OUT_OF_MEMORY;
        }
        platform.memmap().get(pfn, "wp_page_copy");
        if (!know(pfn, area, virtualAddress)) {
            return FaultOutcome.OUT_OF_MEMORY;
        }
        try {
            MemorySegment page = MemorySegment.ofArray(new long[(int) (PAGE_BYTES / Long.BYTES)]);
            platform.bytes().copyOut(Entries.physicalAddress(entry), page, 0, PAGE_BYTES);
            platform.bytes().copyIn(page, 0, pfn << Entries.PTE_SHIFT, PAGE_BYTES);
        } catch (ErrnoException bad) {
            release(pfn);
            return FaultOutcome.BAD_PAGE;
        }
        if (tables.compareAndSet(location, entry, Entries.page(pfn, area) | writable)) {
            space.processors().shootDown();
            if (!special) {
                release(Entries.pfn(entry));
            }
            takeOutIfBad(location, virtualAddress, pfn);
        } else {
            release(pfn);
        }
        return FaultOutcome.HANDLED;
    }

    /** A reference goes; the last one frees the frame. */
    void release(long pfn) {
        if (platform.memmap().put(pfn, "put_page")) {
            platform.ram().give(platform.memmap().head(pfn));
        }
    }
}
