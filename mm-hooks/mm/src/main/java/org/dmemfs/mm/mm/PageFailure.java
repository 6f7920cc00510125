package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.Vma;
import org.dmemfs.mm.VmFlag;
import org.jspecify.annotations.Nullable;

/**
 * {@code memory_failure} of Linux 5.10 for pages of tasks: anonymous memory, private or shared, that the page allocator gave by the
 * frame. A huge page is split first, so that 4K are lost; then each entry of the page becomes one that says so, whoever touches
 * it next gets SIGBUS, and the frame is never handed out again. A page that somebody pinned cannot be recovered: a huge one
 * stays as it is, a small one is unmapped all the same.
 *
 * <p>An entry is looked at under its address space's mmap lock, shared, one address space at a time. A page may meanwhile come to
 * an address space that was not looked at, by fork alone and from one that has it: it is looked for again until it is found
 * nowhere and its mappers are the same as before.
 *
 * <p>Every anonymous page counts as dirty: the kernel makes none for a load, which the model does.
 */
final class PageFailure {
    private final Platform platform;

    PageFailure(Platform platform) {
        this.platform = platform;
    }

    /** What became of a frame; null where it is no page of a task and no free one. */
    FrameFailure.@Nullable Outcome failed(long pfn) {
        Memmap memmap = platform.memmap();
        if (!platform.ram().isPlain(pfn) || memmap.isCompound(pfn)) {
            return null;
        }
        boolean used = memmap.getUnlessZero(pfn, "get_hwpoison_page");
        try {
            if (used && platform.reverseMap().mappers(pfn) == null) {
                return null;
            }
            if (!platform.reported().add(pfn)) {
                return done("already hardware poisoned");
            }
            return used ? unmap(pfn) : done("recovery action for free buddy page: Delayed");
        } finally {
            if (used) {
                release(pfn);
            }
        }
    }

    private FrameFailure.Outcome unmap(long pfn) {
        boolean[] huge = new boolean[1];
        visitOnce(pfn, (_, _, cursor) -> huge[0] |= cursor.shift == Entries.PMD_SHIFT);
        if (huge[0] && !isUnpinned(pfn)) {
            return unsplit(pfn, List.of(), 0);
        }
        Mappers mappers = platform.reverseMap().mappers(pfn);
        long pageOffset = platform.reverseMap().pageOffset(pfn);
        List<Vma> told = new ArrayList<>();
        boolean[] locked = new boolean[1];
        boolean[] whole = new boolean[1];
        Visitor takingOut = (area, address, cursor) -> {
            if (cursor.shift == Entries.PMD_SHIFT) {
                // It is found again as one of 4K.
                whole[0] |= !new HugeSplit(area.space()).split(cursor.location, address);
            } else if (takeOut(area.space(), cursor.location, address, pfn)) {
                told.add(area);
                locked[0] |= area.has(VmFlag.LOCKED);
            }
        };
        boolean mapped = true;
        while (mapped) {
            mapped = visitOnce(pfn, takingOut);
            if (whole[0]) {
                return unsplit(pfn, told, pageOffset);
            }
        }
        if (mappers != null) {
            mappers.lost(pageOffset, pfn);
        }
        String page = locked[0] ? "dirty mlocked LRU page" : "dirty LRU page";
        int users = platform.memmap().references(pfn, "page_count") - 1;
        if (users > 0) {
            say(pfn, "%s still referenced by %d users".formatted(page, users));
        }
        return new FrameFailure.Outcome(
                "recovery action for %s: %s".formatted(page, users > 0 ? "Failed" : "Recovered"),
                told, pageOffset, Entries.PTE_SHIFT, users <= 0);
    }

    /** {@code try_to_unmap_one}: the entry becomes one that says that its page was lost; false where it has gone meanwhile. */
    boolean takeOut(MemoryDescriptor space, long location, long address, long pfn) {
        space.notifiers().begin(address, address + AddressRange.PAGE_BYTES);
        try {
            for (long entry = platform.tables().get(location); isOf(entry, pfn); entry = platform.tables()
                    .get(location)) {
                if (platform.tables().compareAndSet(location, entry, Entries.poisoned(pfn))) {
                    space.counters().mapped(Entries.PTE_SHIFT, -1);
                    space.processors().shootDown();
                    release(pfn);
                    return true;
                }
            }
            return false;
        } finally {
            space.notifiers().end(address, address + AddressRange.PAGE_BYTES);
        }
    }

    private static boolean isOf(long entry, long pfn) {
        return Entries.isPresent(entry) && Entries.pfn(entry) == pfn;
    }

    /** {@code can_split_huge_page}: each frame has the references of its entries alone, and the one of the report. */
    private boolean isUnpinned(long badPfn) {
        long first = badPfn & -FrameBlock.FRAMES;
        for (long pfn = first; pfn < first + FrameBlock.FRAMES; pfn++) {
            int[] entries = new int[1];
            visitOnce(pfn, (_, _, _) -> entries[0]++);
            if (platform.memmap().references(pfn, "total_mapcount") != entries[0] + (pfn == badPfn ? 1 : 0)) {
                return false;
            }
        }
        return true;
    }

    /** {@code try_to_split_thp_page} failed: somebody has the page pinned, or no frame is left for a table. */
    private FrameFailure.Outcome unsplit(long pfn, List<Vma> told, long pageOffset) {
        say(pfn, "thp split failed");
        return new FrameFailure.Outcome("recovery action for unsplit thp: Ignored", told, pageOffset, Entries.PTE_SHIFT,
                false);
    }

    /** An entry that maps the frame, with its address space locked. */
    private interface Visitor {
        void visit(MappedArea area, long address, WalkCursor cursor);
    }

    /** Looks at every entry of a frame; false where it has none, and none that was missed. */
    private boolean visitOnce(long pfn, Visitor visitor) {
        Mappers mappers = platform.reverseMap().mappers(pfn);
        if (mappers == null) {
            return false;
        }
        long pageOffset = platform.reverseMap().pageOffset(pfn);
        List<MappedArea> before = mappers.areasAt(pageOffset);
        Set<MemoryDescriptor> spaces = new LinkedHashSet<>();
        before.forEach(area -> spaces.add(area.space()));
        boolean found = false;
        for (MemoryDescriptor space : spaces) {
            found |= visit(space, mappers, pageOffset, pfn, visitor);
        }
        return found || !mappers.areasAt(pageOffset).equals(before);
    }

    private static boolean visit(MemoryDescriptor space, Mappers mappers, long pageOffset, long pfn, Visitor visitor) {
        boolean found = false;
        WalkCursor cursor = new WalkCursor();
        long stamp = space.mmapLock().readLock();
        try {
            for (MappedArea area : mappers.areasAt(pageOffset)) {
                if (area.space().equals(space)) {
                    long address = area.addressOf(pageOffset);
                    space.pageTable().walk(address, cursor);
                    if (cursor.isMapped() && cursor.pfn(address) == pfn) {
                        found = true;
                        visitor.visit(area, address, cursor);
                    }
                }
            }
        } finally {
            space.mmapLock().unlockRead(stamp);
        }
        return found;
    }

    private void release(long pfn) {
        if (platform.memmap().put(pfn, "put_page")) {
            platform.ram().give(pfn);
        }
    }

    private void say(long pfn, String text) {
        platform.log().error("Memory failure: 0x%x: %s".formatted(pfn, text));
    }

    private static FrameFailure.Outcome done(String what) {
        return new FrameFailure.Outcome(what, List.of(), 0, Entries.PTE_SHIFT, true);
    }
}
