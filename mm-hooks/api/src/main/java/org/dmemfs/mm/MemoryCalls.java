package org.dmemfs.mm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The system calls of one task on its memory that no other part of the kernel needs; the others are in
 * {@link AddressSpace}. Safe for any thread. Every call answers ENODEV once the task has exited.
 */
@ProviderType
public interface MemoryCalls {
    /**
     * {@code mbind} with MPOL_MF_STRICT: also looks at what is mapped already.
     *
     * @param virtualAddress a multiple of 4K
     * @param bytes length, rounded up to 4K
     * @param policy the policy
     * @throws ErrnoException EIO where a page is on another node, in which case nothing is changed; otherwise as
     *         {@link AddressSpace#mbind}. In V1 a huge page of dmem in the range is an oops (defect 12.2.13)
     */
    void mbindStrict(long virtualAddress, long bytes, MemoryPolicy policy);

    /**
     * {@code mremap}. With an old length of 0 a shared mapping is mapped a second time and stays.
     *
     * @param oldAddress a multiple of 4K
     * @param oldBytes length, rounded up to 4K; 0 for shared mappings only
     * @param newBytes length, rounded up to 4K, not 0
     * @param flags may it move, and where
     * @param newAddress with FIXED, where to
     * @return where it is now
     * @throws ErrnoException EINVAL for arguments that do not fit and for dmem that grows or moves (patch 23), EFAULT where
     *         nothing is mapped or bare frames would grow, ENOMEM where there is no room
     */
    long mremap(long oldAddress, long oldBytes, long newBytes, Set<RemapFlag> flags, long newAddress);

    /**
     * {@code mincore}.
     *
     * @param virtualAddress a multiple of 4K
     * @param bytes length, rounded up to 4K
     * @return one byte per page: 1 where it is in core, which V2 says of every page of dmem (patch 23)
     * @throws ErrnoException EINVAL for arguments that do not fit, ENOMEM where a part is not mapped
     */
    byte[] mincore(long virtualAddress, long bytes);

    /**
     * {@code madvise}.
     *
     * @param virtualAddress a multiple of 4K
     * @param bytes length, rounded up to 4K
     * @param advice what for
     * @throws ErrnoException EINVAL for arguments that do not fit, ENOMEM where a part is not mapped, otherwise as
     *         {@link Advice} says
     */
    void madvise(long virtualAddress, long bytes, Advice advice);

    /**
     * {@code mlock}: faults pages in and keeps them; accepted without effect on bare frames.
     *
     * @param virtualAddress any address in the first page
     * @param bytes length
     * @throws ErrnoException ENOMEM where a part is not mapped, EINVAL for arguments that do not fit
     */
    void mlock(long virtualAddress, long bytes);

    /**
     * {@code munlock}.
     *
     * @param virtualAddress any address in the first page
     * @param bytes length
     * @throws ErrnoException as {@link #mlock}
     */
    void munlock(long virtualAddress, long bytes);

    /**
     * {@code pin_user_pages} with FOLL_LONGTERM, as for DMA of no fixed end. The mapping is refused before the walk, as by
     * {@link AddressSpace#getUserPages}. What 5.10 does beyond that has nothing to do here: mappings of fsdax are EOPNOTSUPP
     * and pages of CMA are moved away, and the model has neither.
     *
     * @param virtualAddress first page
     * @param pages how many, at least 1
     * @param write whether they will be written
     * @return the pinned frames, at least one; to be given to {@link AddressSpace#unpinUserPages}
     * @throws ErrnoException EFAULT where the first page cannot be pinned, as every page of dmem; EINVAL for arguments that do
     *         not fit
     */
    List<Long> pinUserPagesLongterm(long virtualAddress, long pages, boolean write);

    /**
     * {@code move_pages} without nodes: the status query.
     *
     * @param virtualAddresses any address in each page
     * @return one answer per page (patches 18, 23 and 27)
     */
    List<PageStatus> movePages(List<Long> virtualAddresses);

    /**
     * {@code process_vm_readv} and {@code process_vm_writev}: another task reads or writes here, by gup alone.
     *
     * @param virtualAddress first byte
     * @param buffer bytes to write, or room for bytes read
     * @param write whether to write
     * @return how many bytes were moved, up to the buffer's size
     * @throws ErrnoException EFAULT where not even the first byte can be moved, as on dmem
     */
    long processVm(long virtualAddress, MemorySegment buffer, boolean write);

    /**
     * What a core dump with the default filter holds of a range ({@code vma_dump_size}): anonymous pages that are there,
     * private or of unlinked shared memory; nothing of bare frames, VM_DONTDUMP and files with a name.
     *
     * @param virtualAddress a multiple of 4K
     * @param bytes length, rounded up to 4K
     * @return bytes that are written
     * @throws ErrnoException EINVAL for arguments that do not fit, ENOMEM where a part is not mapped
     */
    long coreDumpBytes(long virtualAddress, long bytes);

    /**
     * {@code /proc/PID/smaps}.
     *
     * @return the text
     */
    String smaps();

    /**
     * {@code /proc/PID/pagemap}, as root sees it.
     *
     * @param virtualAddress a multiple of 4K
     * @param pages how many
     * @return one entry per page: bit 63 present, bit 61 shared, bit 56 mapped once, bits 0 to 54 the frame; 0 for bare
     *         frames and for nothing
     * @throws ErrnoException EINVAL for arguments that do not fit
     */
    List<Long> pagemap(long virtualAddress, long pages);
}
