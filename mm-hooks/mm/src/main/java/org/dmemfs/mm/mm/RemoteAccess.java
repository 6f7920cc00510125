package org.dmemfs.mm.mm;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.VmOperations;

/** {@code access_remote_vm}: page by page through gup, and through the file where gup refuses (patch 09). */
final class RemoteAccess {
    private final MemoryDescriptor space;
    private final UserPages pages;
    private final AnonymousMemory anonymous;

    RemoteAccess(MemoryDescriptor space, UserPages pages, AnonymousMemory anonymous) {
        this.space = space;
        this.pages = pages;
        this.anonymous = anonymous;
    }

    /** {@code access_remote_vm}. */
    long move(long virtualAddress, MemorySegment buffer, boolean write) {
        return move(virtualAddress, buffer, write, true, Errno.EIO);
    }

    /** {@code process_vm_rw}: by gup alone. */
    long movePinned(long virtualAddress, MemorySegment buffer, boolean write) {
        return move(virtualAddress, buffer, write, false, Errno.EFAULT);
    }

    private long move(long virtualAddress, MemorySegment buffer, boolean write, boolean files, Errno nothingMoved) {
        long bytes = buffer.byteSize();
        Accesses.requireBuffer(buffer, 0, bytes, !write);
        long moved = 0;
        ErrnoException refusal = null;
        long stamp = space.mmapLock().readLock();
        try {
            space.requireAlive();
            while (moved < bytes) {
                moved += some(virtualAddress + moved, buffer, moved, bytes - moved, write, files);
            }
        } catch (ErrnoException refused) {
            refusal = refused;
        } finally {
            space.mmapLock().unlockRead(stamp);
        }
        if (moved == 0 && refusal != null) {
            throw refusal.errno() == Errno.ENODEV
                    ? refusal
                    : new ErrnoException(nothingMoved,
                            "not one byte at 0x%x can be moved: %s".formatted(virtualAddress, refusal.getMessage()),
                            refusal);
        }
        return moved;
    }

    private long some(long address, MemorySegment buffer, long offset, long left, boolean write, boolean files) {
        long pfn;
        try {
            pfn = pages.pin(space.processors().current(), address, write);
        } catch (ErrnoException refused) {
            if (!files) {
                throw refused;
            }
            return throughFile(address, buffer, offset, left, write, refused);
        }
        try {
            long inPage = address & (1L << Entries.PTE_SHIFT) - 1;
            long count = Math.min(left, (1L << Entries.PTE_SHIFT) - inPage);
            long physical = (pfn << Entries.PTE_SHIFT) + inPage;
            if (write) {
                space.platform().bytes().copyIn(buffer, offset, physical, count);
            } else {
                space.platform().bytes().copyOut(physical, buffer, offset, count);
            }
            return count;
        } finally {
            anonymous.release(pfn);
        }
    }

    private long throughFile(long address, MemorySegment buffer, long offset, long left, boolean write,
            ErrnoException refused) {
        MappedArea area = space.vmas().find(address);
        VmOperations operations = area == null ? null : area.operations();
        if (area == null || operations == null) {
            throw refused;
        }
        int count = (int) Math.min(Math.min(left, area.end() - address), Integer.MAX_VALUE & -8);
        int moved = operations.access(area, address, buffer, offset, count, write);
        if (moved < 1 || moved > count) {
            throw new ErrnoException(Errno.EIO, "the file of %s moved %d of %d bytes".formatted(area, moved, count));
        }
        return moved;
    }
}
