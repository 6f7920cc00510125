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

    Fork(MemoryDescriptor parent, MemoryDescriptor child) {
        this.parent = parent;
        this.child = child;
        this.tables = parent.pageTable().memory();
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
        if (operations != null) {
            InodeMapping mapping = copied.mapping();
            if (mapping != null) {
                mapping.add(copied);
            }
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
                address = (address & -span) + span;
                continue;
            }
            long kept = area.has(VmFlag.SHARED) ? -1 : ~Entries.WRITE;
            long entry = cursor.entry;
            while (!tables.compareAndSet(cursor.location, entry, entry & kept)) {
                entry = tables.get(cursor.location);
            }
            long location = child.pageTable().ensure(address, Entries.PTE_SHIFT);
            if (location == PageTable.NO_MEMORY) {
                throw new ErrnoException(Errno.ENOMEM, "no frame is left for the child's page table");
            }
            if (!Entries.has(entry, Entries.SPECIAL)) {
                parent.platform().memmap().get(Entries.pfn(entry), "copy_one_pte");
            }
            tables.set(location, entry & kept & ~Entries.DIRTY);
            child.counters().mapped(Entries.PTE_SHIFT, 1);
            address += AddressRange.PAGE_BYTES;
        }
    }
}
