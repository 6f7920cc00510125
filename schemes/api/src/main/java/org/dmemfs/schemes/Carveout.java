package org.dmemfs.schemes;

import java.util.List;
import java.util.Map;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/** Memory that a scheme has set aside on a machine. Safe for any thread. */
@ProviderType
public interface Carveout extends AutoCloseable {
    /**
     * The size of its pages.
     *
     * @return as asked for
     */
    PageSize pageSize();

    /**
     * What can be given to guests.
     *
     * @return bytes by node, of all that is set aside; less than that where the scheme keeps its own data in it
     */
    Map<Integer, Long> sellableBytes();

    /**
     * What is not given yet.
     *
     * @return bytes by node
     */
    Map<Integer, Long> freeBytes();

    /**
     * Gives a guest its memory. No page of it is mapped; which pages those are may be decided later, by touch or by
     * {@link GuestGrant#populate}.
     *
     * @param guest its name, unique among the grants of this carve-out
     * @param bytes how much, rounded up to whole pages
     * @param policy chooses the nodes; a scheme without policies takes the node of PREFERRED, LOCAL and DEFAULT as a wish
     * @param localNode the node of the guest's processors
     * @return the memory
     * @throws ErrnoException EINVAL for a number below 1, a node that is not there or a policy that the scheme does not have;
     *         EEXIST where the guest has memory already; ENOMEM where there is not that much left by the scheme's rules; ENODEV
     *         once closed
     */
    GuestGrant give(String guest, long bytes, MemoryPolicy policy, int localNode);

    /**
     * The grants that live.
     *
     * @return in the order they were given
     */
    List<GuestGrant> grants();

    /**
     * What it costs now, counted from the structures that are there: all but page tables of tasks, guests and devices.
     *
     * @return one entry a kind
     */
    List<MetadataCost> metadata();

    /** Takes every grant back and gives the memory to where it came from. Idempotent. */
    @Override
    void close();
}
