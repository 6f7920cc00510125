package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.PageStatus;
import org.dmemfs.mm.VmFlag;
import org.jspecify.annotations.Nullable;

/**
 * Which pages are there, and where: mincore, move_pages as a query, pagemap, and the look of mbind at what is mapped. With
 * the mmap lock held.
 */
final class Residency {
    private static final long PAGEMAP_PRESENT = 1L << 63;
    private static final long PAGEMAP_SWAP = 1L << 62;
    private static final long PAGEMAP_SHARED = 1L << 61;
    private static final long PAGEMAP_EXCLUSIVE = 1L << 56;

    private final MemoryDescriptor space;
    private final Platform platform;

    Residency(MemoryDescriptor space) {
        this.space = space;
        this.platform = space.platform();
    }

    byte[] inCore(AddressRange range) {
        space.vmas().requireMapped(range, Errno.ENOMEM);
        if (range.bytes() >>> Entries.PTE_SHIFT > Integer.MAX_VALUE) {
            throw new ErrnoException(Errno.EINVAL,
                    "a range of " + range.bytes() + " bytes has too many pages to ask for");
        }
        Hooks hooks = platform.hooks().current();
        byte[] answer = new byte[(int) (range.bytes() >>> Entries.PTE_SHIFT)];
        for (int page = 0; page < answer.length; page++) {
            long address = range.start() + ((long) page << Entries.PTE_SHIFT);
            MappedArea area = space.vmas().find(address);
            // The generic walk reports VM_PFNMAP as one hole, and no page cache stands behind it.
            boolean present = area != null && (area.has(VmFlag.PFNMAP)
                    ? hooks.area().isAlwaysInCore(area)
                    : isMapped(address) || isPoisoned(address));
            answer[page] = (byte) (present ? 1 : 0);
        }
        return answer;
    }

    private boolean isMapped(long address) {
        return walk(address).isMapped();
    }

    /** To mincore a page that was lost is there, and to the others it is not. */
    private boolean isPoisoned(long address) {
        return Entries.isPoisoned(walk(address).entry);
    }

    private WalkCursor walk(long address) {
        WalkCursor cursor = space.processors().current().cursor;
        space.pageTable().walk(address, cursor);
        return cursor;
    }

    List<PageStatus> status(List<Long> addresses) {
        Hooks hooks = platform.hooks().current();
        List<PageStatus> answers = new ArrayList<>(addresses.size());
        for (long address : addresses) {
            answers.add(status(address, hooks));
        }
        return answers;
    }

    /** {@code follow_page} with FOLL_DUMP, the one call of a user that reaches it on dmem. */
    private PageStatus status(long address, Hooks hooks) {
        MappedArea area = space.vmas().find(address);
        if (area == null) {
            return new PageStatus(-1, Errno.EFAULT);
        }
        WalkCursor cursor = walk(address);
        if (!cursor.isMapped()) {
            return new PageStatus(-1,
                    area.isAnonymous() && !Entries.isPoisoned(cursor.entry) ? Errno.EFAULT : Errno.ENOENT);
        }
        boolean small = cursor.shift == Entries.PTE_SHIFT;
        if (small && !Entries.has(cursor.entry, Entries.SPECIAL)
                || !small && hooks.level(cursor.shift).isKnownHuge(cursor.entry)) {
            platform.memmap().touch(cursor.pfn(address), "page_to_nid");
            return new PageStatus(platform.memoryMap().nodeOf(cursor.pfn(address)), null);
        }
        @Nullable
        Errno said = small
                ? hooks.followPte().follow(cursor.entry, true, false)
                : hooks.level(cursor.shift).follow().follow(cursor.entry, true, false);
        if (said == null) {
            said = small ? Errno.EFAULT : Errno.ENOENT;
        }
        return new PageStatus(-1, said);
    }

    List<Long> pagemap(AddressRange range) {
        if (range.end() > space.pageTable().taskSize() || range.bytes() >>> Entries.PTE_SHIFT > Integer.MAX_VALUE) {
            throw new ErrnoException(Errno.EINVAL, "%d pages at 0x%x are not a range of the address space"
                    .formatted(range.bytes() >>> Entries.PTE_SHIFT, range.start()));
        }
        List<Long> entries = new ArrayList<>();
        for (long address = range.start(); address < range.end(); address += AddressRange.PAGE_BYTES) {
            MappedArea area = space.vmas().find(address);
            WalkCursor cursor = walk(address);
            if (area != null && Entries.isPoisoned(cursor.entry)) {
                entries.add(PAGEMAP_SWAP | Entries.swapFrame(cursor.entry));
                continue;
            }
            if (area == null || area.has(VmFlag.PFNMAP) || !cursor.isMapped()) {
                entries.add(0L);
                continue;
            }
            long pfn = cursor.pfn(address);
            boolean once = platform.memmap().references(pfn, "page_mapcount") == 1;
            entries.add(PAGEMAP_PRESENT | pfn | (area.has(VmFlag.SHARED) ? PAGEMAP_SHARED : 0)
                    | (once ? PAGEMAP_EXCLUSIVE : 0));
        }
        return entries;
    }

    /** {@code queue_pages_range} of MPOL_MF_STRICT: every page that is there must be on a node of the policy. */
    void requireOn(MemoryPolicy policy, AddressRange range) {
        if (policy.nodes().isEmpty()) {
            return;
        }
        Hooks hooks = platform.hooks().current();
        for (long address = range.start(); address < range.end();) {
            WalkCursor cursor = walk(address);
            long span = 1L << cursor.shift;
            if (cursor.isMapped() && !isHole(cursor, hooks)) {
                long pfn = cursor.pfn(address);
                platform.memmap().touch(pfn, "queue_pages_pmd");
                if (!policy.nodes().contains(platform.memoryMap().nodeOf(pfn))) {
                    throw new ErrnoException(Errno.EIO, "the page at 0x%x is on node %d, which %s does not allow"
                            .formatted(address, platform.memoryMap().nodeOf(pfn), policy));
                }
            }
            address = (address & -span) + span;
        }
    }

    /** {@code vma_dump_size} with the default filter, and of those pages the ones that are there. */
    long coreDumpBytes(AddressRange range) {
        space.vmas().requireMapped(range, Errno.ENOMEM);
        long bytes = 0;
        for (long address = range.start(); address < range.end(); address += AddressRange.PAGE_BYTES) {
            MappedArea area = space.vmas().find(address);
            if (area != null && isDumped(area) && isMapped(address)) {
                bytes += AddressRange.PAGE_BYTES;
            }
        }
        return bytes;
    }

    private static boolean isDumped(MappedArea area) {
        return !area.isBare() && !area.has(VmFlag.DONTDUMP)
                && (area.isAnonymous() || area.mappedFile() instanceof SharedMemoryFile);
    }

    /** What the generic walk does not show its visitor: V2 of patches 19 and 27 adds the special huge entries. */
    private static boolean isHole(WalkCursor cursor, Hooks hooks) {
        return cursor.shift == Entries.PTE_SHIFT
                ? Entries.has(cursor.entry, Entries.SPECIAL)
                : hooks.level(cursor.shift).pageWalk().test(cursor.entry);
    }
}
