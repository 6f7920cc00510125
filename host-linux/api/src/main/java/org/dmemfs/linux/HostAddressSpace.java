package org.dmemfs.linux;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A range of this process's addresses to make system calls on. Places in it are offsets; every call is checked to stay
 * inside, with its length rounded up to the alignment, and is refused with EINVAL where it does not. Otherwise the
 * answer is the host's own: an {@link org.dmemfs.kernel.ErrnoException} has its errno and the call.
 *
 * <p>No byte is touched by a load or a store of this process: {@link #load} and {@link #store} go through the host's
 * {@code process_vm_readv(2)} and {@code process_vm_writev(2)}, which fault a page in as an access would and answer
 * EFAULT where an access would raise a signal. So nothing that is done here ends the JVM.
 *
 * <p>Safe for any thread; one call at a time. Every call answers ENODEV after the close, and those that may split a
 * mapping answer ENOMEM once the pieces have 256 ends.
 */
@ProviderType
public interface HostAddressSpace extends AutoCloseable {
    /**
     * The size.
     *
     * @return bytes
     */
    long bytes();

    /**
     * {@code mmap} of a file with MAP_FIXED, and MAP_NORESERVE, so that a page of hugetlbfs is taken when it is touched.
     *
     * @param offset where to
     * @param bytes length
     * @param protection what is allowed
     * @param shared MAP_SHARED, or else MAP_PRIVATE
     * @param file the file
     * @param fileOffset its first byte
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the range is not inside; EINVAL, ENOMEM and others of the host
     */
    void mmap(long offset, long bytes, Set<HostProtection> protection, boolean shared, HostFile file,
            long fileOffset);

    /**
     * {@code mmap} of memory without a file, with MAP_FIXED.
     *
     * @param offset where to
     * @param bytes length
     * @param protection what is allowed
     * @param shared MAP_SHARED, or else MAP_PRIVATE
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the range is not inside; EINVAL, ENOMEM and others of the host
     */
    void mmapAnonymous(long offset, long bytes, Set<HostProtection> protection, boolean shared);

    /**
     * {@code munmap}.
     *
     * @param offset where from
     * @param bytes length
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the range is not inside; EINVAL and others of the host
     */
    void munmap(long offset, long bytes);

    /**
     * {@code mprotect}.
     *
     * @param offset where from
     * @param bytes length
     * @param protection what is allowed from now on
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the range is not inside; EINVAL, EACCES, ENOMEM of the host
     */
    void mprotect(long offset, long bytes, Set<HostProtection> protection);

    /**
     * {@code mremap} without flags: in place or not at all.
     *
     * @param offset where the mapping is
     * @param oldBytes its length
     * @param newBytes the length it shall have
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where a range is not inside; EINVAL, EFAULT, ENOMEM of the host
     */
    void mremap(long offset, long oldBytes, long newBytes);

    /**
     * {@code mremap} with MREMAP_MAYMOVE and MREMAP_FIXED.
     *
     * @param offset where the mapping is
     * @param oldBytes its length
     * @param newBytes the length it shall have
     * @param newOffset where it shall be
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where a range is not inside; EINVAL, EFAULT, ENOMEM of the host
     */
    void mremapTo(long offset, long oldBytes, long newBytes, long newOffset);

    /**
     * {@code mincore}.
     *
     * @param offset where from
     * @param bytes length
     * @return one byte per page of 4K, 1 where it is in core
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the range is not inside; EINVAL, ENOMEM of the host
     */
    byte[] mincore(long offset, long bytes);

    /**
     * Reads 8 bytes, little-endian, faulting the page in.
     *
     * @param offset of the first byte
     * @return the value
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where they are not inside; EFAULT where a load would raise a signal
     */
    long load(long offset);

    /**
     * Writes 8 bytes, little-endian, faulting the page in.
     *
     * @param offset of the first byte
     * @param value the value
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where they are not inside; EFAULT where a store would raise a signal
     */
    void store(long offset, long value);

    /**
     * What is mapped.
     *
     * @return ascending; neighbours that the host keeps apart are apart
     * @throws org.dmemfs.kernel.ErrnoException EIO where {@code /proc/self/maps} cannot be read
     */
    List<HostMapping> mappings();

    /** Unmaps everything and gives the range back. */
    @Override
    void close();
}
