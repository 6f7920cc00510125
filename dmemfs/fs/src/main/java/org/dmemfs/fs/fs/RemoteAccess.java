package org.dmemfs.fs.fs;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.dmemfs.reserve.PhysicalBytes;

/**
 * Reads and writes for another task through the direct map (patch 09): ptrace, {@code /proc/PID/mem}. Before: nothing to
 * ask, so ptrace sees EIO. One call moves bytes of one dpage, up to its end or to its first bad frame; a hole is filled,
 * as by a fault.
 */
@Patch(v1 = 9, v2 = 9)
final class RemoteAccess {
    private RemoteAccess() {
    }

    static int access(RegularFile file, Vma vma, long virtualAddress, MemorySegment buffer, long offset, int bytes,
            boolean write) {
        if (!file.superBlock().settings().has(9)) {
            throw new ErrnoException(Errno.EIO, "a mapping of dmemfs has no remote access without patch 09");
        }
        if (!vma.has(write ? VmFlag.WRITE : VmFlag.READ)) {
            throw new ErrnoException(Errno.EACCES,
                    "the mapping at 0x" + Long.toHexString(vma.start()) + " does not allow "
                            + (write ? "stores" : "loads"));
        }
        if (virtualAddress < vma.start() || virtualAddress >= vma.end() || bytes < 1
                || bytes > buffer.byteSize() - offset) {
            throw new ErrnoException(Errno.EFAULT, "the access of " + bytes + " bytes at 0x"
                    + Long.toHexString(virtualAddress) + " does not fit its mapping or its buffer");
        }
        long page = vma.pageOffset() + (virtualAddress - vma.start() >>> PageSize.SIZE_4K.shift());
        if (page > Long.MAX_VALUE >>> PageSize.SIZE_4K.shift()) {
            throw new ErrnoException(Errno.EFAULT, "page " + page + " lies beyond the largest file");
        }
        long position = (page << PageSize.SIZE_4K.shift()) + (virtualAddress & PageSize.SIZE_4K.bytes() - 1);
        long stamp = file.lock.readLock();
        try {
            long entry = entry(file, vma, virtualAddress, position >>> file.pageSize().shift());
            long within = position & file.pageSize().bytes() - 1;
            long address = (DpageTree.dpageOf(entry) << file.pageSize().shift()) + within;
            int count = good(file, address, (int) Math.min(bytes, file.pageSize().bytes() - within));
            PhysicalBytes direct = file.superBlock().memory().bytes();
            if (write) {
                direct.copyIn(buffer, offset, address, count);
            } else {
                direct.copyOut(address, buffer, offset, count);
            }
            return count;
        } finally {
            file.lock.unlockRead(stamp);
        }
    }

    private static long entry(RegularFile file, Vma vma, long virtualAddress, long index) {
        if (!file.has(index)) {
            throw new ErrnoException(Errno.EINVAL,
                    "0x" + Long.toHexString(virtualAddress) + " lies beyond the end of its file");
        }
        long entry = file.tree().get(index);
        if (entry != DpageTree.NONE) {
            return entry;
        }
        try {
            return file.superBlock().supply().fill(file, index, vma.policy(), MemoryPolicy.interleaveIndex(vma.start(),
                    vma.pageOffset(), virtualAddress, file.pageSize()), vma.task().node());
        } catch (ErrnoException exhausted) {
            file.superBlock().exhausted("remote access failed", file, exhausted);
            // EINVAL, not ENOMEM: the series says so, lest the OOM killer runs
            throw new ErrnoException(Errno.EINVAL, "no memory for the page: " + exhausted.getMessage(), exhausted);
        }
    }

    private static int good(RegularFile file, long address, int bytes) {
        long bad = file.superBlock().memory().poisoned().firstIn(address, bytes);
        if (bad < 0) {
            return bytes;
        }
        long before = (bad << PageSize.SIZE_4K.shift()) - address;
        if (before <= 0) {
            throw new ErrnoException(Errno.EFAULT, "the frame at 0x" + Long.toHexString(address) + " is bad");
        }
        return (int) before;
    }
}
