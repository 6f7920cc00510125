package org.dmemfs.mm.series;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.PfnFlag;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;
import org.dmemfs.reserve.PhysicalBytes;
import org.jspecify.annotations.Nullable;

/** A file whose pages are the frames of a dmem region in order: what the memory manager sees of dmemfs. */
final class RegionFile implements MappableFile, VmOperations {
    private final FileMapping mapping;
    private final PageSize pageSize;
    private final long firstPfn;
    private final ReadWriteLock size = new ReentrantReadWriteLock();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    volatile long bytes;
    volatile boolean writable = true;
    volatile FaultResult answer = FaultResult.NOPAGE;
    volatile boolean splitsAnywhere;
    /** What remote access reaches, where the file has it, what it was asked, and how much more it says than it did. */
    volatile @Nullable PhysicalBytes direct;
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile int claims;
    /** Called with the mmap lock held. */
    volatile Runnable onClose = () -> {
    };

    RegionFile(FileMapping mapping, PageSize pageSize, long firstPfn, long bytes) {
        this.mapping = mapping;
        this.pageSize = pageSize;
        this.firstPfn = firstPfn;
        this.bytes = bytes;
    }

    long pfn(long pageOffset) {
        return firstPfn + pageOffset;
    }

    @Override
    public String name() {
        return "/mnt/file";
    }

    @Override
    public boolean readable() {
        return true;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public FileMapping mapping() {
        return mapping;
    }

    @Override
    public PageSize mappingAlignment() {
        return pageSize;
    }

    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long length) {
        if (!flags.contains(VmFlag.SHARED)) {
            throw new ErrnoException(Errno.EINVAL, "a private mapping is not accepted");
        }
        Set<VmFlag> added = EnumSet.of(VmFlag.PFNMAP, VmFlag.IO, VmFlag.DMEM, VmFlag.DONTCOPY);
        if (pageSize != PageSize.SIZE_4K) {
            added.add(VmFlag.HUGEPAGE);
        }
        return new Mapped(this, added);
    }

    @Override
    public void open(Vma vma) {
        opened.incrementAndGet();
    }

    @Override
    public void close(Vma vma) {
        closed.incrementAndGet();
        onClose.run();
    }

    /** Cuts the file or lets it grow, as dmemfs does: no fault is under way meanwhile, and what is cut is unmapped. */
    void truncate(long newBytes) {
        size.writeLock().lock();
        try {
            bytes = newBytes;
            mapping.unmapRange(newBytes >> 12, Long.MAX_VALUE);
        } finally {
            size.writeLock().unlock();
        }
    }

    @Override
    public FaultResult fault(Fault fault) {
        size.readLock().lock();
        try {
            return smallFault(fault);
        } finally {
            size.readLock().unlock();
        }
    }

    @Override
    public FaultResult hugeFault(Fault fault, PageSize level) {
        size.readLock().lock();
        try {
            return bigFault(fault, level);
        } finally {
            size.readLock().unlock();
        }
    }

    private FaultResult smallFault(Fault fault) {
        if (answer != FaultResult.NOPAGE) {
            return answer;
        }
        return fault.pageOffset() << 12 >= bytes ? FaultResult.SIGBUS : fault.insertPfn(pfn(fault.pageOffset()));
    }

    private FaultResult bigFault(Fault fault, PageSize level) {
        if (level.bytes() > pageSize.bytes()) {
            return FaultResult.FALLBACK;
        }
        if (answer != FaultResult.NOPAGE) {
            return answer;
        }
        if (fault.pageOffset() << 12 >= bytes) {
            return FaultResult.SIGBUS;
        }
        long pfn = pfn(fault.pageOffset() & -level.naturePages());
        boolean storable = fault.vma().has(VmFlag.WRITE);
        return level == PageSize.SIZE_1G
                ? fault.insertPfnPud(pfn, PfnFlag.DMEM, storable)
                : fault.insertPfnPmd(pfn, PfnFlag.DMEM, storable);
    }

    @Override
    public void split(Vma vma, long virtualAddress) {
        if (!splitsAnywhere && virtualAddress % pageSize.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "a split at 0x%x is no multiple of %s".formatted(virtualAddress, pageSize.label()));
        }
    }

    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int count, boolean write) {
        PhysicalBytes ram = direct;
        if (ram == null) {
            throw new ErrnoException(Errno.EINVAL, "no remote access");
        }
        long at = (vma.pageOffset() << 12) + virtualAddress - vma.start();
        asked.add("%d at %x".formatted(count, at));
        if (!vma.has(write ? VmFlag.WRITE : VmFlag.READ)) {
            throw new ErrnoException(Errno.EACCES, "the mapping does not allow it");
        }
        if (at >= bytes) {
            throw new ErrnoException(Errno.EINVAL, "the file ends before " + at);
        }
        int moved = (int) Math.min(count, Math.min(bytes - at, pageSize.bytes() - at % pageSize.bytes()));
        long physical = (firstPfn << 12) + at;
        if (write) {
            ram.copyIn(buffer, offset, physical, moved);
        } else {
            ram.copyOut(physical, buffer, offset, moved);
        }
        return moved + claims;
    }

    @Override
    public PageSize pageSize(Vma vma) {
        return pageSize;
    }
}
