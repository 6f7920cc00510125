package org.dmemfs.mm.mm;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;
import org.jspecify.annotations.Nullable;

/**
 * Shared anonymous memory: an unlinked file of tmpfs ({@code shmem_zero_setup}), so that a parent and its child find the
 * same page wherever either touches first. It keeps one reference on each page until the last mapping goes.
 */
final class SharedMemoryFile implements MappableFile, VmOperations {
    private final Platform platform;
    private final long pages;
    private final InodeMapping mapping = new InodeMapping(this::lost);
    private final AtomicInteger mappings = new AtomicInteger();
    private final Map<Long, Long> frames = new ConcurrentHashMap<>();

    SharedMemoryFile(Platform platform, long bytes) {
        this.platform = platform;
        this.pages = bytes >>> Entries.PTE_SHIFT;
    }

    @Override
    public String name() {
        return "/dev/zero (deleted)";
    }

    @Override
    public boolean readable() {
        return true;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public FileMapping mapping() {
        return mapping;
    }

    @Override
    public PageSize mappingAlignment() {
        return PageSize.SIZE_4K;
    }

    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long bytes) {
        return new Mapped(this, Set.of());
    }

    @Override
    public void open(Vma vma) {
        mappings.incrementAndGet();
    }

    @Override
    public void close(Vma vma) {
        if (mappings.decrementAndGet() == 0) {
            frames.values().forEach(this::release);
            frames.clear();
        }
    }

    /** {@code truncate_error_page}: who comes to the page next finds it empty, as in kernels before 5.16. */
    private void lost(long page, long pfn) {
        if (frames.remove(page, pfn)) {
            release(pfn);
        }
    }

    private void release(long pfn) {
        if (platform.memmap().put(pfn, "shmem_truncate_range")) {
            platform.ram().give(pfn);
        }
    }

    @Override
    public FaultResult fault(Fault fault) {
        if (fault.pageOffset() >= pages) {
            return FaultResult.SIGBUS;
        }
        Long pfn = frames.computeIfAbsent(fault.pageOffset(), page -> take(page, fault.localNode()));
        return pfn == null
                ? FaultResult.OOM
                : fault.insertPage(pfn, PageSize.SIZE_4K, fault.vma().has(VmFlag.WRITE));
    }

    private @Nullable Long take(long page, int node) {
        long pfn = platform.ram().take(node);
        if (pfn == KernelRam.NONE) {
            return null;
        }
        platform.memmap().get(pfn, "shmem_getpage_gfp");
        if (!platform.reverseMap().set(pfn, 1, mapping, page)) {
            release(pfn);
            return null;
        }
        return pfn;
    }

    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int bytes, boolean write) {
        throw new ErrnoException(Errno.EFAULT, "the pages of %s are reached by gup alone".formatted(name()));
    }

    @Override
    public PageSize pageSize(Vma vma) {
        return PageSize.SIZE_4K;
    }
}
