package org.dmemfs.schemes.hugetlb;

import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;

/** A file of hugetlbfs: a page of the pool for each of its pages that was touched. */
final class HugeFile implements MappableFile, VmOperations {
    private final String name;
    private final HugePool pool;
    private final PageFrames frames;
    private final NodeOrder nodes;
    private final FileMapping mapping;
    private final boolean movable;
    private final Map<Long, Long> pfnByIndex = new ConcurrentSkipListMap<>();
    private final Map<Long, Boolean> bad = new HashMap<>();
    private long pages;
    private long promised;

    /**
     * Makes it.
     *
     * @param movable whether mremap may move a mapping of it, as from 5.16 on
     * @param pages its length, for which as many pages of the pool are promised
     */
    HugeFile(String name, HugePool pool, PageFrames frames, NodeOrder nodes, FileMapping mapping, boolean movable,
            long pages) {
        this.name = name;
        this.pool = pool;
        this.frames = frames;
        this.nodes = nodes;
        this.mapping = mapping;
        this.movable = movable;
        this.pages = pages;
        this.promised = pages;
    }

    @Override
    public String name() {
        return name;
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
        return pool.pageSize();
    }

    @Override
    public PageSize pageSize(Vma vma) {
        return pool.pageSize();
    }

    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long bytes) {
        if (pageOffset % pool.pageSize().naturePages() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "page %d of %s is not the first 4K of a huge page".formatted(pageOffset, name));
        }
        // HUGEPAGE has the memory manager ask for huge entries; the kernel knows such an area by its file.
        return new Mapped(this, Set.of(VmFlag.DONTEXPAND, VmFlag.HUGEPAGE));
    }

    @Override
    public void split(Vma vma, long virtualAddress) {
        if (virtualAddress % pool.pageSize().bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL, "0x%x is not the start of a huge page of %s".formatted(
                    virtualAddress, pool.pageSize().label()));
        }
    }

    @Override
    public void remap(Vma vma, long oldBytes, long newBytes) {
        if (!movable || newBytes > oldBytes) {
            throw new ErrnoException(Errno.EINVAL, movable
                    ? "a mapping of huge pages cannot grow"
                    : "a mapping of huge pages can neither grow nor move");
        }
    }

    @Override
    public FaultResult fault(Fault fault) {
        return FaultResult.SIGBUS;
    }

    @Override
    public FaultResult hugeFault(Fault fault, PageSize size) {
        if (size != pool.pageSize()) {
            return size.bytes() > pool.pageSize().bytes() ? FaultResult.FALLBACK : FaultResult.SIGBUS;
        }
        long index = fault.pageOffset() / size.naturePages();
        long pfn;
        synchronized (this) {
            if (index >= pages) {
                return FaultResult.SIGBUS;
            }
            if (bad.containsKey(index)) {
                return FaultResult.HWPOISON_LARGE;
            }
            pfn = page(index, fault.vma().policy(), fault.interleaveIndex(size), fault.localNode());
            if (pfn == HugePool.NONE) {
                return FaultResult.SIGBUS;
            }
            return fault.insertPage(pfn, size, fault.vma().has(VmFlag.WRITE));
        }
    }

    private long page(long index, MemoryPolicy policy, long interleaveIndex, int localNode) {
        Long there = pfnByIndex.get(index);
        if (there != null) {
            return there;
        }
        long pfn = pool.takeReserved(nodes.of(policy, interleaveIndex, localNode));
        if (pfn != HugePool.NONE) {
            promised--;
            pfnByIndex.put(index, pfn);
        }
        return pfn;
    }

    /** {@code fallocate}: every page, by a policy. */
    synchronized void populate(MemoryPolicy policy, int localNode) {
        for (long index = 0; index < pages; index++) {
            if (page(index, policy, index, localNode) == HugePool.NONE) {
                throw new ErrnoException(Errno.ENOSPC, "no huge page of %s is free on the nodes of %s"
                        .formatted(pool.pageSize().label(), policy));
            }
        }
    }

    void truncate(long newPages) {
        Collection<Long> dropped;
        synchronized (this) {
            if (newPages > pages) {
                throw new ErrnoException(Errno.EINVAL, newPages + " pages are more than the " + pages + " of " + name);
            }
            long unpromised = promised - Math.min(promised, newPages - countBelow(newPages));
            promised -= unpromised;
            pool.unreserve(unpromised);
            pages = newPages;
        }
        mapping.unmapRange(newPages * pool.pageSize().naturePages(), Long.MAX_VALUE);
        synchronized (this) {
            Map<Long, Long> tail = new HashMap<>();
            pfnByIndex.forEach((index, pfn) -> {
                if (index >= pages) {
                    tail.put(index, pfn);
                }
            });
            pfnByIndex.keySet().removeAll(tail.keySet());
            bad.keySet().removeIf(index -> index >= pages);
            dropped = List.copyOf(tail.values());
        }
        dropped.forEach(frames::put);
    }

    private long countBelow(long end) {
        return pfnByIndex.keySet().stream().filter(index -> index < end).count();
    }

    synchronized long pages() {
        return pages;
    }

    synchronized OptionalLong frameAt(long index) {
        Long pfn = pfnByIndex.get(index);
        return pfn == null ? OptionalLong.empty() : OptionalLong.of(pfn);
    }

    /** The index of a page of the file, or -1. */
    synchronized long indexOf(long head) {
        for (Map.Entry<Long, Long> entry : pfnByIndex.entrySet()) {
            if (entry.getValue() == head) {
                return entry.getKey();
            }
        }
        return -1;
    }

    /** A page went bad and is unmapped: whoever touches it is told. */
    void poison(long index) {
        synchronized (this) {
            bad.put(index, true);
        }
        mapping.unmapRange(index * pool.pageSize().naturePages(), pool.pageSize().naturePages());
    }

    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int bytes, boolean write) {
        throw new ErrnoException(Errno.EFAULT, "the pages of %s are reached by gup alone".formatted(name));
    }
}
