package org.dmemfs.linux;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The host's userfaultfd, as far as it makes pages bad (UFFDIO_POISON, Linux 6.6): what touches such a page is answered
 * as if the hardware had lost it. Present as a service where a page could be made bad in the self test. Safe for any
 * thread.
 */
@ProviderType
public interface HostUserfault {
    /**
     * A page of a memory goes bad for this process, for good: in every window that maps it, and in every one that will.
     * The page's own bytes stay with the host; other processes see nothing of it. A second time changes nothing. A page is
     * the memory's own: of huge pages the host takes a whole one from its owner, since its page tables have no mark for less.
     *
     * <p>From then on, in this process:
     * <ul>
     * <li>a plain access through a segment is an {@link InternalError}, which compiled code may throw a little later than
     * at the access, as the platform has it for every mapped file;
     * <li><b>a compare-and-set or a native call on the page ends the JVM</b>;
     * <li>a guest that touches it leaves KVM_RUN with {@link KvmExit.Poison}, which names 4K also where a huge page is lost.
     * </ul>
     *
     * @param memory made of pages of any size
     * @param offset of the page in it, in bytes, a multiple of the memory's page
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a memory of another service or an offset outside it or not of a
     *         page; ENOMEM where the windows have as many pieces as they may have, in which case some may not have the page marked; ENODEV
     *         where the memory is closed
     */
    void poison(SharedMemory memory, long offset);
}
