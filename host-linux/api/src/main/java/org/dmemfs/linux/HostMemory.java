package org.dmemfs.linux;

import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The host's memory as files without a name, and address space to map them into. Present as a service on Linux x86-64
 * hosts with pages of 4 KiB where a memory could be created, mapped, written and read back. Safe for any thread.
 */
@ProviderType
public interface HostMemory {
    /**
     * A memory of which only touched pages cost. It may be far larger than the host's memory (16 TiB and more); a touch
     * when the host has no page left meets the host's OOM killer.
     *
     * @param name for {@code /proc/PID/maps}: 1 to 249 bytes of UTF-8, without NUL
     * @param bytes the size, a multiple of 4 KiB, more than 0
     * @return the memory, all zero
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a name or size outside these bounds; EFBIG for a size beyond
     *         the host's largest file; EIO, with the number in the sentence,
     *         where the host has no descriptor left
     */
    SharedMemory createSparse(String name, long bytes);

    /**
     * A memory that is taken from the host in full before it is handed out, by {@code fallocate(2)}. Before and during
     * the taking, the host's MemAvailable and the limit of this process's control group are read, so that the host is
     * not driven into its OOM killer; on failure everything taken has been given back.
     *
     * @param name for {@code /proc/PID/maps}: 1 to 249 bytes of UTF-8, without NUL
     * @param bytes the size, a multiple of 4 KiB, more than 0
     * @return the memory, all zero
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a name or size outside these bounds; ENOMEM where the host
     *         cannot spare the bytes, with the bytes wanted and available
     */
    SharedMemory createPopulated(String name, long bytes);

    /**
     * A memory made of the host's hugetlb pages, taken in full before it is handed out.
     *
     * @param name for {@code /proc/PID/maps}: 1 to 249 bytes of UTF-8, without NUL
     * @param bytes the size, a multiple of the page size, more than 0
     * @param pageSize 2M or 1G
     * @return the memory, all zero
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a name or size outside these bounds or for 4K; ENOMEM where
     *         the pool has too few free pages, with the pages wanted and free and how to reserve more
     */
    SharedMemory createHugetlb(String name, long bytes, PageSize pageSize);

    /**
     * Keeps a range of this process's address space. It costs no memory.
     *
     * @param bytes the size, a multiple of the alignment, more than 0
     * @param alignment what the first address is a multiple of: at least the backing page of what will be mapped
     * @return a window with nothing mapped
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a size that is not a multiple of the alignment; ENOMEM where
     *         the address space (128 TiB) has no such range left
     */
    AddressWindow reserve(long bytes, PageSize alignment);

    /**
     * How many pages of the host's hugetlb pool a new memory could take now: the free ones that nobody reserved.
     *
     * @param pageSize 2M or 1G
     * @return pages; 0 where the host does not have that size
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for 4K
     */
    long freeHugePages(PageSize pageSize);

    /**
     * How many pages the host's hugetlb pool has, used ones included.
     *
     * @param pageSize 2M or 1G
     * @return pages; 0 where the host does not have that size
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for 4K
     */
    long hugePages(PageSize pageSize);

    /**
     * Changes the size of the host's hugetlb pool, for the whole host and beyond the end of this process. The host does
     * what it can: it may find fewer pages than wanted, and pages in use stay; therefore the answer is read back.
     *
     * @param pageSize 2M or 1G
     * @param pages how many pages the pool shall have, 0 or more
     * @return how many it has now
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for 4K or a negative count; EACCES where this process may not
     *         change the pool; EOPNOTSUPP where the host does not have that size
     */
    long setHugePages(PageSize pageSize, long pages);
}
