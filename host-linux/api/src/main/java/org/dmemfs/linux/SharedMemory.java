package org.dmemfs.linux;

import java.nio.file.Path;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An anonymous file of the host ({@code memfd_create(2)}) whose size is sealed: neither this process nor one that opens
 * {@link #descriptorPath()} can shrink or grow it, so no mapping of it ever reaches behind its end.
 *
 * <p>Its bytes are zero until someone stores to them, and are reached through an {@link AddressWindow}. A close ends
 * this handle and its descriptor; the bytes live on while a window still maps them, and go back to the host with the
 * last mapping. Safe for any thread.
 */
@ProviderType
public interface SharedMemory extends AutoCloseable {
    /**
     * The name the memory was created with, shown by the host in {@code /proc/PID/maps} as {@code /memfd:NAME}.
     *
     * @return the name
     */
    String name();

    /**
     * The size.
     *
     * @return bytes, a multiple of the size of {@link #backing()}
     */
    long bytes();

    /**
     * The page that the host takes for this memory, which is also the unit of every mapping of it.
     *
     * @return 4K, or the hugetlb page size
     */
    PageSize backing();

    /**
     * When the bytes are taken from the host.
     *
     * @return the kind
     */
    MemoryKind kind();

    /**
     * Where other processes of the same user may open the memory, such as QEMU's {@code mem-path}.
     *
     * @return {@code /proc/PID/fd/N}, valid until the close
     * @throws org.dmemfs.kernel.ErrnoException ENODEV after the close
     */
    Path descriptorPath();

    /**
     * What the host has really taken for this memory, as {@code statx(2)} counts it.
     *
     * @return bytes, a multiple of the size of {@link #backing()}
     * @throws org.dmemfs.kernel.ErrnoException ENODEV after the close
     */
    long allocatedBytes();

    /**
     * Gives the pages of a range back to the host. Whoever touches them next, through whatever mapping, reads zero and
     * takes a fresh page: a punch frees, it does not revoke. To revoke use {@link AddressWindow#revoke}.
     *
     * @param offset where the range starts, in bytes, a multiple of the size of {@link #backing()}
     * @param bytes how long it is, a multiple of the size of {@link #backing()}, more than 0
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a range that is not aligned or not inside the memory;
     *         EOPNOTSUPP for a kind other than {@link MemoryKind#SPARSE}, whose promise is to be held in full, as a
     *         touch that finds no page left would be a SIGBUS; ENODEV after the close
     */
    void punch(long offset, long bytes);

    /** Closes the descriptor. Mappings in windows stay. */
    @Override
    void close();
}
