package org.dmemfs.fs.fs;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.Vma;

/** The page table of all who map a file, flat: which entry stands at which 4K page of the file. */
final class PlainMapping implements FileMapping {
    final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    final List<Vma> vmas = new CopyOnWriteArrayList<>();
    final List<String> withdrawn = new CopyOnWriteArrayList<>();

    /** An entry by its first page of the file. */
    record Entry(long pfn, PageSize size, boolean writable) {
    }

    /** The entry whose first page of the file it is. */
    Entry entry(long firstPage) {
        return Objects.requireNonNull(entries.get(firstPage));
    }

    @Override
    public void unmapRange(long firstPage, long pages) {
        long end = pages > Long.MAX_VALUE - firstPage ? Long.MAX_VALUE : firstPage + pages;
        entries.entrySet().removeIf(
                entry -> entry.getKey() < end && entry.getKey() + entry.getValue().size().naturePages() > firstPage);
    }

    @Override
    public void withdraw(String reason) {
        withdrawn.add(reason);
    }

    @Override
    public List<Vma> covering(long pageOffset) {
        return vmas.stream().filter(vma -> pageOffset >= vma.pageOffset()
                && pageOffset < vma.pageOffset() + (vma.end() - vma.start() >> 12)).toList();
    }

    @Override
    public boolean isMapped() {
        return !vmas.isEmpty();
    }
}
