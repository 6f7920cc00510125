package org.dmemfs.mm.mm;

import java.lang.invoke.VarHandle;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.WalkStep;
import org.jspecify.annotations.Nullable;

/** What the page table says of an address: {@code follow_pfn} with the places of patches 21 and 29, and the walk for people. */
final class FrameLookup {
    private final MemoryDescriptor space;

    FrameLookup(MemoryDescriptor space) {
        this.space = space;
    }

    long followPfn(long virtualAddress) {
        MappedArea area = space.vmas().find(virtualAddress);
        if (area == null || !area.isBare()) {
            space.requireAlive();
            throw new ErrnoException(Errno.EINVAL,
                    "at 0x%x is no mapping with VM_IO or VM_PFNMAP".formatted(virtualAddress));
        }
        TranslationBuffer buffer = space.processors().current();
        long generation = space.processors().generation();
        long entry = space.pageTable().hugeEntry(virtualAddress, buffer.tables, generation);
        if (Entries.has(entry, Entries.HUGE) && Entries.isPresent(entry)
                && space.platform().hooks().current().pmd().followPfn().test(entry)) {
            VarHandle.loadLoadFence();
            if (space.processors().generation() == generation) {
                return WalkCursor.pfn(entry, Entries.PMD_SHIFT, virtualAddress);
            }
        }
        buffer.enter();
        try {
            WalkCursor cursor = buffer.cursor;
            space.pageTable().walk(virtualAddress, cursor, buffer.tables, space.processors().generation());
            if (cursor.isMapped() && (cursor.shift == Entries.PTE_SHIFT
                    || space.platform().hooks().current().level(cursor.shift).followPfn().test(cursor.entry))) {
                return cursor.pfn(virtualAddress);
            }
        } finally {
            buffer.exit();
        }
        throw new ErrnoException(Errno.EINVAL,
                "no entry that follow_pfn sees through maps 0x%x".formatted(virtualAddress));
    }

    @Nullable
    PageSize mappingLevel(long virtualAddress) {
        TranslationBuffer buffer = space.processors().current();
        long generation = space.processors().generation();
        long entry = space.pageTable().hugeEntry(virtualAddress, buffer.tables, generation);
        if (Entries.has(entry, Entries.HUGE) && Entries.isPresent(entry)) {
            VarHandle.loadLoadFence();
            if (space.processors().generation() == generation) {
                return PageSize.SIZE_2M;
            }
        }
        buffer.enter();
        try {
            WalkCursor cursor = buffer.cursor;
            space.pageTable().walk(virtualAddress, cursor, buffer.tables, space.processors().generation());
            if (!cursor.isMapped()) {
                return null;
            }
            return switch (cursor.shift) {
                case Entries.PTE_SHIFT -> PageSize.SIZE_4K;
                case Entries.PMD_SHIFT -> PageSize.SIZE_2M;
                default -> PageSize.SIZE_1G;
            };
        } finally {
            buffer.exit();
        }
    }

    List<WalkStep> walk(long virtualAddress) {
        TranslationBuffer buffer = space.processors().current();
        buffer.enter();
        try {
            return space.pageTable().steps(virtualAddress);
        } finally {
            buffer.exit();
        }
    }
}
