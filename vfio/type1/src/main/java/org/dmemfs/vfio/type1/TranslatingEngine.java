package org.dmemfs.vfio.type1;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.vfio.DmaEngine;
import org.dmemfs.vfio.ScatterEntry;

/**
 * The device: every address goes through the IOMMU table, step by step, so that an unmap waits for one step and not for a
 * whole transfer.
 */
final class TranslatingEngine implements DmaEngine {
    private static final long STEP_BYTES = PageSize.SIZE_2M.bytes();
    private static final int PAGE_SHIFT = PageSize.SIZE_4K.shift();

    private final IommuDomain domain;
    private final PhysicalMemory memory;

    TranslatingEngine(IommuDomain domain, PhysicalMemory memory) {
        this.domain = domain;
        this.memory = memory;
    }

    @Override
    public void read(long iova, MemorySegment target) {
        if (target != null && target.isReadOnly()) {
            throw new ErrnoException(Errno.EINVAL, "the target is read-only: accepted is one that can be written");
        }
        move(iova, target, false);
    }

    @Override
    public void write(long iova, MemorySegment source) {
        move(iova, source, true);
    }

    @Override
    public void gather(List<ScatterEntry> list, MemorySegment target) {
        requireLength(list, target);
        long offset = 0;
        for (ScatterEntry entry : list) {
            read(entry.iova(), target.asSlice(offset, entry.bytes()));
            offset += entry.bytes();
        }
    }

    @Override
    public void scatter(List<ScatterEntry> list, MemorySegment source) {
        requireLength(list, source);
        long offset = 0;
        for (ScatterEntry entry : list) {
            write(entry.iova(), source.asSlice(offset, entry.bytes()));
            offset += entry.bytes();
        }
    }

    private static void requireLength(List<ScatterEntry> list, MemorySegment buffer) {
        requireUsable(buffer);
        if (list == null || list.stream().anyMatch(Objects::isNull)) {
            throw new ErrnoException(Errno.EINVAL,
                    "the scatter list %s is not accepted: stretches are".formatted(list));
        }
        long left = buffer.byteSize();
        for (ScatterEntry entry : list) {
            left = entry.bytes() > left ? -1 : left - entry.bytes();
        }
        if (left != 0) {
            throw new ErrnoException(Errno.EINVAL, "a buffer of %d bytes is not as long as the %d entries of the list"
                    .formatted(buffer.byteSize(), list.size()));
        }
    }

    private static void requireUsable(MemorySegment buffer) {
        if (buffer == null || !buffer.scope().isAlive() || !buffer.isAccessibleBy(Thread.currentThread())) {
            throw new ErrnoException(Errno.EINVAL, "the buffer is missing, closed or another thread's");
        }
    }

    private void move(long iova, MemorySegment buffer, boolean toMemory) {
        requireUsable(buffer);
        long moved = 0;
        while (moved < buffer.byteSize()) {
            long stamp = domain.beginStep();
            try {
                moved += step(iova + moved, buffer, moved, toMemory);
            } finally {
                domain.endStep(stamp);
            }
        }
    }

    private long step(long iova, MemorySegment buffer, long offset, boolean toMemory) {
        long entry = iova < 0 || iova >= 1L << IoPageTable.ADDRESS_BITS ? 0 : domain.translate(iova);
        if ((entry & (toMemory ? IoEntry.WRITE : IoEntry.READ)) == 0) {
            throw new ErrnoException(Errno.EFAULT, "IOMMU fault: iova 0x%x is not mapped for %s by the device"
                    .formatted(iova, toMemory ? "writing" : "reading"));
        }
        long physicalAddress = IoEntry.physicalAddress(entry) | iova & (1L << PAGE_SHIFT) - 1;
        long pageBytes = IoEntry.size(entry).bytes();
        long bytes = Math.min(buffer.byteSize() - offset, pageBytes - (iova & pageBytes - 1));
        bytes = beforeBadFrame(iova, physicalAddress, Math.min(bytes, STEP_BYTES));
        if (toMemory) {
            memory.bytes().copyIn(buffer, offset, physicalAddress, bytes);
        } else {
            memory.bytes().copyOut(physicalAddress, buffer, offset, bytes);
        }
        return bytes;
    }

    private long beforeBadFrame(long iova, long physicalAddress, long bytes) {
        long bad = memory.poisoned().firstIn(physicalAddress, bytes);
        if (bad < 0) {
            return bytes;
        }
        long good = (bad << PAGE_SHIFT) - physicalAddress;
        if (good <= 0) {
            throw new ErrnoException(Errno.EHWPOISON,
                    "the memory at iova 0x%x, frame 0x%x, has a hardware error".formatted(iova, bad));
        }
        return good;
    }
}
