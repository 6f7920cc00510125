package org.dmemfs.linux;

import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An anonymous file of the host ({@code memfd_create(2)}) whose size may change while it is mapped. That is why it is
 * mapped into a {@link HostAddressSpace} alone, whose touches answer EFAULT, and never seen as a segment. Safe for any
 * thread.
 */
@ProviderType
public interface HostFile extends AutoCloseable {
    /**
     * The page that the host takes for this file.
     *
     * @return 4K for tmpfs, else the page of hugetlbfs
     */
    PageSize backing();

    /**
     * The size, read from the host: mapping a file of hugetlbfs may have made it larger.
     *
     * @return bytes
     * @throws org.dmemfs.kernel.ErrnoException ENODEV after the close
     */
    long bytes();

    /**
     * {@code ftruncate(2)}.
     *
     * @param bytes the new size
     * @throws org.dmemfs.kernel.ErrnoException what the host answers, such as EINVAL for a size that is negative or cuts a
     *         page of hugetlbfs in two; ENODEV after the close
     */
    void truncate(long bytes);

    /** Closes the descriptor. Mappings stay. */
    @Override
    void close();
}
