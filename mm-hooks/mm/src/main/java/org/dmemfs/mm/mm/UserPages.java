package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.VmFlag;

/** {@code get_user_pages}, with lock and without. */
final class UserPages {
    private final MemoryDescriptor space;
    private final Platform platform;
    private final FaultPath faults;
    private final AnonymousMemory anonymous;

    UserPages(MemoryDescriptor space, FaultPath faults, AnonymousMemory anonymous) {
        this.space = space;
        this.platform = space.platform();
        this.faults = faults;
        this.anonymous = anonymous;
    }

    List<Long> get(long virtualAddress, long pages, boolean write) {
        requireRange(virtualAddress, pages);
        TranslationBuffer buffer = space.processors().current();
        long stamp = space.mmapLock().readLock();
        try {
            space.requireAlive();
            List<Long> pinned = new ArrayList<>();
            try {
                for (long page = 0; page < pages; page++) {
                    pinned.add(pin(buffer, virtualAddress + (page << Entries.PTE_SHIFT), write));
                }
            } catch (ErrnoException refused) {
                if (pinned.isEmpty()) {
                    throw refused;
                }
            }
            return Collections.unmodifiableList(pinned);
        } finally {
            space.mmapLock().unlockRead(stamp);
        }
    }

    /** One page, with the mmap lock held. */
    long pin(TranslationBuffer buffer, long virtualAddress, boolean write) {
        while (true) {
            MappedArea area = space.vmas().find(virtualAddress);
            if (area == null) {
                throw FaultOutcome.NOT_MAPPED.asErrno(virtualAddress);
            }
            // check_vma_flags: refused before the walk, so the hooks of patches 18 and 27 are not asked here.
            if (area.isBare()) {
                throw new ErrnoException(Errno.EFAULT,
                        "the mapping %s is VM_IO or VM_PFNMAP: it has no pages to pin".formatted(area));
            }
            if (!area.has(write ? VmFlag.WRITE : VmFlag.READ)) {
                throw FaultOutcome.NOT_ALLOWED.asErrno(virtualAddress);
            }
            long pfn = pinPresent(buffer, virtualAddress, write);
            if (pfn >= 0) {
                return pfn;
            }
            FaultOutcome outcome = faults.handleLocked(buffer, virtualAddress, write);
            if (outcome != FaultOutcome.HANDLED) {
                throw outcome.asErrno(virtualAddress);
            }
        }
    }

    private long pinPresent(TranslationBuffer buffer, long virtualAddress, boolean write) {
        buffer.enter();
        try {
            WalkCursor cursor = buffer.cursor;
            space.pageTable().walk(virtualAddress, cursor);
            if (!Entries.has(cursor.entry, Entries.PRESENT) || Entries.has(cursor.entry, Entries.SPECIAL)
                    || write && !Entries.has(cursor.entry, Entries.WRITE)) {
                return -1;
            }
            long pfn = cursor.pfn(virtualAddress);
            platform.memmap().get(pfn, "try_grab_page");
            return pfn;
        } finally {
            buffer.exit();
        }
    }

    /** {@code get_user_pages_fast} as far as it goes without a lock. */
    List<Long> getFast(long virtualAddress, long pages, boolean write) {
        requireRange(virtualAddress, pages);
        space.requireAlive();
        TranslationBuffer buffer = space.processors().current();
        Hooks hooks = platform.hooks().current();
        WalkCursor cursor = buffer.cursor;
        List<Long> pinned = List.of();
        if (refusesAtOnce(buffer, virtualAddress, hooks)) {
            return pinned;
        }
        buffer.enter();
        try {
            for (long page = 0; page < pages; page++) {
                long address = virtualAddress + (page << Entries.PTE_SHIFT);
                space.pageTable().walk(address, cursor, buffer.tables, space.processors().generation());
                if (givesUp(cursor, write, hooks)) {
                    return pinned;
                }
                long pfn = cursor.pfn(address);
                platform.memmap().get(pfn, cursor.shift == Entries.PTE_SHIFT ? "gup_pte_range" : "gup_huge_pmd");
                if (pinned.isEmpty()) {
                    pinned = new ArrayList<>();
                }
                pinned.add(pfn);
            }
            return pinned;
        } finally {
            buffer.exit();
        }
    }

    /** The first page is of an entry that the processor finds without a walk, and at which patch 19 gives up. */
    private boolean refusesAtOnce(TranslationBuffer buffer, long virtualAddress, Hooks hooks) {
        long entry = space.pageTable().hugeEntry(virtualAddress, buffer.tables, space.processors().generation());
        return Entries.has(entry, Entries.HUGE) && Entries.has(entry, Entries.PRESENT)
                && hooks.pmd().fastGup().test(entry);
    }

    private static boolean givesUp(WalkCursor cursor, boolean write, Hooks hooks) {
        long entry = cursor.entry;
        if (!Entries.has(entry, Entries.PRESENT) || write && !Entries.has(entry, Entries.WRITE)) {
            return true;
        }
        return cursor.shift == Entries.PTE_SHIFT
                ? Entries.has(entry, Entries.SPECIAL)
                : hooks.level(cursor.shift).fastGup().test(entry);
    }

    void unpin(List<Long> frames) {
        for (long pfn : frames) {
            if (!platform.memmap().isPresent(pfn) || platform.memmap().references(pfn, "unpin_user_page") <= 0) {
                throw new ErrnoException(Errno.EINVAL, "the frame 0x%x is not pinned".formatted(pfn));
            }
            anonymous.release(pfn);
        }
    }

    private void requireRange(long virtualAddress, long pages) {
        if (pages < 1 || virtualAddress < 0 || pages > space.pageTable().taskSize() >>> Entries.PTE_SHIFT) {
            throw new ErrnoException(Errno.EINVAL, "%d pages at 0x%x are not a range of the address space"
                    .formatted(pages, virtualAddress));
        }
    }
}
