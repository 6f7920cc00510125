package org.dmemfs.mm;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a file does for its mappings ({@code vm_operations_struct}). The memory manager calls these with the address
 * space's lock held; several faults may be under way at once.
 */
@ConsumerType
public interface VmOperations {
    /**
     * A VMA came to be: by mmap, by a split, or in a fork.
     *
     * @param vma the new VMA
     */
    default void open(Vma vma) {
    }

    /**
     * A VMA went away.
     *
     * @param vma the VMA
     */
    default void close(Vma vma) {
    }

    /**
     * A 4K page is missing.
     *
     * @param fault where, and how to put an entry in place
     * @return NOPAGE, SIGBUS, HWPOISON, HWPOISON_LARGE or OOM
     */
    FaultResult fault(Fault fault);

    /**
     * A huge page is missing.
     *
     * @param fault where, and how to put an entry in place
     * @param size 2M or 1G
     * @return as {@link #fault}, or FALLBACK for the next smaller size
     */
    default FaultResult hugeFault(Fault fault, PageSize size) {
        return FaultResult.FALLBACK;
    }

    /**
     * A VMA is about to be split.
     *
     * @param vma the VMA
     * @param virtualAddress where the second part would start
     * @throws ErrnoException EINVAL where it may not be split there (patch 16)
     */
    default void split(Vma vma, long virtualAddress) {
    }

    /**
     * A VMA is about to grow or to move by mremap.
     *
     * @param vma the VMA
     * @param oldBytes how much of it
     * @param newBytes what that becomes
     * @throws ErrnoException EINVAL where its file's pages do not let it
     */
    default void remap(Vma vma, long oldBytes, long newBytes) {
    }

    /**
     * Reads or writes for another task that gup refuses to ({@code access}, patch 09).
     *
     * @param vma the VMA
     * @param virtualAddress first byte
     * @param buffer bytes to write, or room for bytes read
     * @param offset in the buffer
     * @param bytes how many, at least 1
     * @param write whether to write
     * @return how many bytes were moved; may be fewer, at least 1
     * @throws ErrnoException EACCES, EFAULT or EINVAL
     */
    int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int bytes, boolean write);

    /**
     * The page size that smaps shows.
     *
     * @param vma the VMA
     * @return the size of the file's pages
     */
    PageSize pageSize(Vma vma);
}
