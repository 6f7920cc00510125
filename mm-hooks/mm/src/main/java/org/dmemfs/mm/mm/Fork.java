package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;

/**
 * {@code dup_mmap}: the child gets every VMA but those of VM_DONTCOPY. Anonymous pages get one more reference and lose WRITE
 * on both sides where they are private; a file's pages are found again by the child's first touch. The parent's mmap lock is
 * held exclusively, and nobody knows the child yet.
 */
final class Fork {
    private final MemoryDescriptor parent;
    private final MemoryDescriptor child;
    private final TableMemory tables;
    private final HugeSplit split;

    Fork(MemoryDescriptor parent, MemoryDescriptor child) {
        this.parent = parent;
        this.child = child;
        this.tables = parent.pageTable().memory();
        this.split = new HugeSplit(parent);
    }

    void copy() {
        for (MappedArea area : parent.vmas().list()) {
            if (!area.has(VmFlag.DONTCOPY)) {
                copy(area);
            }
        }
        // The parent's buffers may still allow stores to pages that are shared now.
        parent.processors().shootDown();
    }

    private void copy(MappedArea area) {
        MappedArea copied = area.inside(child);
        VmOperations operations = area.operations();
        copied.mappers().add(copied);
        if (operations != null) {
            child.setVmas(child.vmas().insert(copied));
            operations.open(copied);
            if (area.isRemapped()) {
                copyEntries(area);
            }
            return;
        }
        child.setVmas(child.vmas().insert(copied));
        parent.notifiers().begin(area.start(), area.end());
        try {
            copyEntries(area);
        } finally {
            parent.notifiers().end(area.start(), area.end());
        }
    }

    private void copyEntries(MappedArea area) {
        WalkCursor cursor = parent.processors().current().cursor;
        for (long address = area.start(); address < area.end();) {
            parent.pageTable().walk(address, cursor);
            long span = 1L << cursor.shift;
            if (!cursor.isMapped()) {
                if (Entries.isPoisoned(cursor.entry)) {
                    tables.set(ensure(address, cursor.shift), cursor.entry);
                }
                address = (address & -span) + span;
                continue;
            }
            long taken = area.has(VmFlag.SHARED) ? 0 : Entries.WRITE;
            long entry = tables.change(cursor.location, taken, 0);
            long location = ensure(address, cursor.shift);
            refer(entry);
            tables.set(location, entry & ~(taken | Entries.DIRTY));
            child.counters().mapped(cursor.shift, 1);
            address += span;
        }
    }

    private long ensure(long address, int shift) {
        long location = child.pageTable().ensure(address, shift);
        if (location == PageTable.NO_MEMORY) {
            throw new ErrnoException(Errno.ENOMEM, "no frame is left for the child's page table");
        }
        return location;
    }

    /** {@code copy_one_pte} and {@code copy_huge_pmd}: a huge page is shared as one. */
    private void refer(long entry) {
        if (Entries.has(entry, Entries.SPECIAL)) {
            return;
        }
        long frames = split.isTransparent(entry) ? FrameBlock.FRAMES : 1;
        for (long pfn = Entries.pfn(entry); pfn < Entries.pfn(entry) + frames; pfn++) {
            parent.platform().memmap().get(pfn, "copy_one_pte");
        }
    }
}
