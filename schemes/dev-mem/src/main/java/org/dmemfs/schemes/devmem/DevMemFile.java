package org.dmemfs.schemes.devmem;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.schemes.Extent;
import org.dmemfs.schemes.ExtentFile;

/** A window of /dev/mem on one range ({@code mmap_mem}). */
final class DevMemFile extends ExtentFile {
    private final PhysicalBytes bytes;

    DevMemFile(List<Extent> extents, FileMapping mapping, PhysicalBytes bytes) {
        super("/dev/mem", extents, PageSize.SIZE_4K, mapping);
        this.bytes = bytes;
    }

    /** {@code remap_pfn_range}: all of it now, frame after frame. */
    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long length) {
        long last = pfnAt(pageOffset + (length - 1 >> PageSize.SIZE_4K.shift()));
        if (last < 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "%d bytes from page %d are not all in the window".formatted(length, pageOffset));
        }
        return new Mapped(this, Set.of(VmFlag.IO, VmFlag.PFNMAP, VmFlag.DONTEXPAND, VmFlag.DONTDUMP),
                OptionalLong.of(pfnAt(pageOffset)));
    }

    @Override
    public FaultResult fault(Fault fault) {
        return FaultResult.SIGBUS;
    }

    /** {@code generic_access_phys}. */
    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int count, boolean write) {
        if (!vma.has(write ? VmFlag.WRITE : VmFlag.READ)) {
            throw new ErrnoException(Errno.EINVAL, "the mapping of /dev/mem does not allow the access");
        }
        long inFile = (vma.pageOffset() << PageSize.SIZE_4K.shift()) + virtualAddress - vma.start();
        long physical = (pfnAt(inFile >> PageSize.SIZE_4K.shift()) << PageSize.SIZE_4K.shift())
                + (inFile & PageSize.SIZE_4K.bytes() - 1);
        if (write) {
            bytes.copyIn(buffer, offset, physical, count);
        } else {
            bytes.copyOut(physical, buffer, offset, count);
        }
        return count;
    }
}
