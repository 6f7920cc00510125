package org.dmemfs.mm.mm;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;

/** {@code handle_mm_fault}: finds the VMA, and asks its file at PUD, then PMD, then PTE. */
final class FaultPath {
    private final MemoryDescriptor space;
    private final PageTable pageTable;
    private final TableMemory tables;
    private final AnonymousMemory anonymous;
    private final HugeAnonymousMemory huge;

    FaultPath(MemoryDescriptor space, AnonymousMemory anonymous) {
        this.space = space;
        this.pageTable = space.pageTable();
        this.tables = pageTable.memory();
        this.anonymous = anonymous;
        this.huge = new HugeAnonymousMemory(space, new HugeSplit(space));
    }

    /** A fault of the task, or of a kernel part on its behalf. Takes the mmap lock's read side. */
    FaultOutcome handle(TranslationBuffer buffer, long virtualAddress, boolean write) {
        long stamp = space.mmapLock().readLock();
        try {
            space.requireAlive();
            return handleLocked(buffer, virtualAddress, write);
        } finally {
            space.mmapLock().unlockRead(stamp);
        }
    }

    /** {@code mm_populate}: pages that have a {@code struct page} come at once; a failure ends it and is nobody's answer. */
    void populate(long start, long end) {
        TranslationBuffer buffer = space.processors().current();
        for (long address = start; address < end;) {
            MappedArea area = space.vmas().find(address);
            if (area == null || area.isBare()) {
                return;
            }
            boolean write = area.has(VmFlag.WRITE);
            long span = usableSpan(buffer, address, write);
            if (span > 0) {
                address = (address & -span) + span;
            } else if (handle(buffer, address, write) != FaultOutcome.HANDLED) {
                return;
            }
        }
    }

    /** The bytes of the entry that maps an address and allows the access, or 0. */
    private long usableSpan(TranslationBuffer buffer, long address, boolean write) {
        WalkCursor cursor = buffer.cursor;
        buffer.enter();
        try {
            pageTable.walk(address, cursor);
        } finally {
            buffer.exit();
        }
        return cursor.isMapped() && (!write || Entries.has(cursor.entry, Entries.WRITE)) ? 1L << cursor.shift : 0;
    }

    /** The same where the caller holds the mmap lock. */
    FaultOutcome handleLocked(TranslationBuffer buffer, long virtualAddress, boolean write) {
        MappedArea area = space.vmas().find(virtualAddress);
        if (area == null) {
            return FaultOutcome.NOT_MAPPED;
        }
        boolean allowed = write
                ? area.has(VmFlag.WRITE)
                : area.has(VmFlag.READ) || area.has(VmFlag.WRITE) || area.has(VmFlag.EXEC);
        if (!allowed) {
            return FaultOutcome.NOT_ALLOWED;
        }
        Hooks hooks = space.platform().hooks().current();
        WalkCursor cursor = buffer.cursor;
        pageTable.walk(virtualAddress, cursor, buffer.tables, space.processors().generation());
        if (cursor.isMapped()) {
            return huge.isWriteProtected(cursor, write)
                    ? huge.writeProtected(cursor, virtualAddress)
                    : present(area, virtualAddress, cursor, write, hooks);
        }
        if (Entries.isPoisoned(cursor.entry)) {
            return FaultOutcome.BAD_PAGE;
        }
        VmOperations operations = area.operations();
        if (operations == null) {
            return huge.fits(area, virtualAddress, cursor.shift) && huge.fault(area, virtualAddress, write)
                    ? FaultOutcome.HANDLED
                    : anonymous.fault(area, virtualAddress, write);
        }
        buffer.fault.begin(area, virtualAddress, write, hooks, cursor);
        if (area.has(VmFlag.HUGEPAGE)) {
            // Tables in the way stay until their range is unmapped; only an empty entry can become huge.
            if (cursor.shift >= Entries.PUD_SHIFT && fits(area, virtualAddress, Entries.PUD_SHIFT)) {
                FaultResult result = operations.hugeFault(buffer.fault, PageSize.SIZE_1G);
                if (result != FaultResult.FALLBACK) {
                    return outcome(result, Entries.PUD_SHIFT);
                }
            }
            if (cursor.shift >= Entries.PMD_SHIFT && fits(area, virtualAddress, Entries.PMD_SHIFT)) {
                FaultResult result = operations.hugeFault(buffer.fault, PageSize.SIZE_2M);
                if (result != FaultResult.FALLBACK) {
                    return outcome(result, Entries.PMD_SHIFT);
                }
            }
        }
        return outcome(operations.fault(buffer.fault), Entries.PTE_SHIFT);
    }

    private static boolean fits(MappedArea area, long virtualAddress, int shift) {
        long start = virtualAddress & -1L << shift;
        return area.contains(start, start + (1L << shift));
    }

    /** The entry is there already: another thread was faster, or it does not allow the store yet. */
    private FaultOutcome present(MappedArea area, long virtualAddress, WalkCursor cursor, boolean write, Hooks hooks) {
        long entry = cursor.entry;
        if (cursor.shift > Entries.PTE_SHIFT) {
            LevelHooks level = hooks.level(cursor.shift);
            if (!level.isKnownHuge(entry) && !level.spuriousFault().test(entry)) {
                // Defect 12.2.12: the fault path knows no special entry and takes it for a bad table.
                if (tables.compareAndSet(cursor.location, entry, 0)) {
                    BadEntry.log(space.platform().log(), cursor.shift, cursor.location, entry);
                    space.counters().mapped(cursor.shift, -1);
                }
                return FaultOutcome.HANDLED;
            }
        }
        if (write && !Entries.has(entry, Entries.WRITE) && cursor.shift == Entries.PTE_SHIFT) {
            return anonymous.writeProtected(area, virtualAddress, cursor.location, entry);
        }
        space.counters().spurious();
        long used = Entries.ACCESSED | (write ? Entries.DIRTY | Entries.WRITE : 0);
        tables.addBits(cursor.location, entry, used);
        return FaultOutcome.HANDLED;
    }

    private FaultOutcome outcome(FaultResult result, int shift) {
        return switch (result) {
            case NOPAGE -> {
                space.counters().fault(shift);
                yield FaultOutcome.HANDLED;
            }
            case SIGBUS, FALLBACK -> FaultOutcome.NO_MEMORY_BEHIND;
            case HWPOISON -> FaultOutcome.BAD_PAGE;
            case HWPOISON_LARGE -> FaultOutcome.BAD_LARGE_PAGE;
            case OOM -> FaultOutcome.OUT_OF_MEMORY;
            case NEGATIVE_ERRNO -> throw KernelOops.bug(
                    "BUG: %s/%d still holds its mmap lock: a negative errno came back as vm_fault_t and reads as SIGBUS, SIGSEGV and RETRY at once"
                            .formatted(space.task().name(), space.task().pid()),
                    "handle_mm_fault");
        };
    }
}
