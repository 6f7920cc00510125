package org.dmemfs.linux;

import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The host's own memory management, called as a program of the host calls it: what a model of it can be held against.
 * Present as a service where files could be made, mapped, touched and unmapped in the self test. Safe for any thread.
 */
@ProviderType
public interface HostAddressSpaces {
    /**
     * A range of this process's addresses in which nothing is mapped. It lies where the host puts nothing by itself, so
     * that the holes in it stay holes.
     *
     * @param bytes the size: a multiple of the alignment, more than 0, at most 1 TiB
     * @param alignment what the first address is a multiple of
     * @return the address space
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a size outside these bounds; ENOMEM where 16 are open already
     */
    HostAddressSpace reserve(long bytes, PageSize alignment);

    /**
     * A file of tmpfs or hugetlbfs, of size 0.
     *
     * @param name for {@code /proc/PID/maps}: 1 to 249 bytes of UTF-8, without NUL
     * @param backing 4K for tmpfs, else the page of hugetlbfs
     * @return the file
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for another name; otherwise what the host answers, such as ENODEV
     *         where it has no pages of that size
     */
    HostFile create(String name, PageSize backing);
}
