package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.Vma;

/**
 * The VMAs of one inode ({@code i_mmap}). The list is replaced as a whole, under the lock that an unmap holds to its end: a
 * VMA leaves the list before its tables go, so an unmap never walks a table that is being taken out.
 */
final class InodeMapping extends Mappers implements FileMapping {
    private final PageLoss pageLoss;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<MappedArea> areas = List.of();

    /** A page of the file's cache went bad. */
    @FunctionalInterface
    interface PageLoss {
        void lost(long pageOffset, long pfn);
    }

    /** Of a file whose pages this memory manager does not keep. */
    InodeMapping() {
        this((_, _) -> {
        });
    }

    InodeMapping(PageLoss pageLoss) {
        this.pageLoss = pageLoss;
    }

    @Override
    void lost(long pageOffset, long pfn) {
        pageLoss.lost(pageOffset, pfn);
    }

    @Override
    void add(MappedArea area) {
        replace(List.of(), List.of(area));
    }

    @Override
    void remove(MappedArea area) {
        replace(List.of(area), List.of());
    }

    @Override
    void replace(List<MappedArea> gone, List<MappedArea> come) {
        lock.lock();
        try {
            List<MappedArea> changed = new ArrayList<>(areas);
            changed.removeAll(gone);
            changed.addAll(come);
            areas = List.copyOf(changed);
        } finally {
            lock.unlock();
        }
    }

    /** Does what no unmap of the file may meet halfway. */
    void exclusively(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unmapRange(long firstPage, long pages) {
        if (firstPage < 0 || pages < 0) {
            throw new ErrnoException(Errno.EINVAL, "the range of " + pages + " pages from page " + firstPage
                    + " is not one: accepted are numbers from 0");
        }
        long endPage = pages > Long.MAX_VALUE - firstPage ? Long.MAX_VALUE : firstPage + pages;
        if (areas.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            for (MappedArea area : areas) {
                long areaEnd = area.pageOffsetOf(area.end());
                long from = Math.max(firstPage, area.pageOffset());
                long to = Math.min(endPage, areaEnd);
                if (from < to) {
                    long start = area.start() + (from - area.pageOffset() << Entries.PTE_SHIFT);
                    area.space().task().addressSpace().mappings()
                            .zapForFile(start, start + (to - from << Entries.PTE_SHIFT));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void withdraw(String reason) {
        for (MappedArea area : areas) {
            area.space().notifiers().withdrawn(area.start(), area.end(), reason);
        }
    }

    @Override
    public List<Vma> covering(long pageOffset) {
        return List.copyOf(areasAt(pageOffset));
    }

    @Override
    List<MappedArea> areasAt(long pageOffset) {
        return areas.stream().filter(area -> area.hasPage(pageOffset)).toList();
    }

    @Override
    boolean isEmpty() {
        return areas.isEmpty();
    }

    @Override
    public boolean isMapped() {
        return !areas.isEmpty();
    }
}
