package org.dmemfs.schemes;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;

/**
 * A device file over ranges that are fixed before it is mapped. What a fault puts in place, and which flags a mapping has, is
 * the scheme's part. Safe for any thread.
 */
public abstract class ExtentFile implements MappableFile, VmOperations {
    private static final int FRAME_SHIFT = PageSize.SIZE_4K.shift();

    private final String name;
    private final List<Extent> extents;
    private final PageSize pageSize;
    private final FileMapping mapping;
    /** Each range by the 4K page of the file that it begins at. */
    private final NavigableMap<Long, Extent> byPageOffset = new TreeMap<>();
    private final long pages;

    /**
     * A file over ranges.
     *
     * @param name for people
     * @param extents in the order of the file
     * @param pageSize what mappings are aligned to
     * @param mapping where its mappings are listed
     */
    protected ExtentFile(String name, List<Extent> extents, PageSize pageSize, FileMapping mapping) {
        this.name = name;
        this.extents = List.copyOf(extents);
        this.pageSize = pageSize;
        this.mapping = mapping;
        long offset = 0;
        for (Extent extent : extents) {
            byPageOffset.put(offset, extent);
            offset += extent.bytes() >> FRAME_SHIFT;
        }
        pages = offset;
    }

    /**
     * The frame of a page of the file.
     *
     * @param pageOffset a 4K page of the file
     * @return its frame, or -1 beyond the end
     */
    public final long pfnAt(long pageOffset) {
        if (pageOffset < 0 || pageOffset >= pages) {
            return -1;
        }
        var at = byPageOffset.floorEntry(pageOffset);
        return (at.getValue().startPhysicalAddress() >> FRAME_SHIFT) + pageOffset - at.getKey();
    }

    /**
     * The page of the file that a frame is.
     *
     * @param pfn any frame
     * @return the 4K page of the file, or -1 where the file has not the frame
     */
    public final long pageOffsetOf(long pfn) {
        for (var entry : byPageOffset.entrySet()) {
            long first = entry.getValue().startPhysicalAddress() >> FRAME_SHIFT;
            if (pfn >= first && pfn < entry.getValue().endPhysicalAddress() >> FRAME_SHIFT) {
                return entry.getKey() + pfn - first;
            }
        }
        return -1;
    }

    /**
     * Its ranges.
     *
     * @return in the order of the file
     */
    public final List<Extent> extents() {
        return extents;
    }

    /**
     * Its length.
     *
     * @return in pages of 4K
     */
    public final long pages() {
        return pages;
    }

    /**
     * The size of its pages.
     *
     * @return as it was made
     */
    public final PageSize pageSize() {
        return pageSize;
    }

    @Override
    public final String name() {
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
    public final FileMapping mapping() {
        return mapping;
    }

    @Override
    public PageSize mappingAlignment() {
        return pageSize;
    }

    @Override
    public PageSize pageSize(Vma vma) {
        return pageSize;
    }

    /**
     * No other task reaches it, unless a scheme says how.
     *
     * @throws ErrnoException EFAULT always
     */
    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int bytes, boolean write) {
        throw new ErrnoException(Errno.EFAULT,
                "the device file %s has no way to be read or written by another task".formatted(name));
    }
}
