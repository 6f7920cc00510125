package org.dmemfs.core;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One user's right to take dpages: what {@code dmem_alloc_init} gave and {@code dmem_alloc_uinit} ends (patch 03). Safe
 * for any thread. Every call answers ENODEV once the pool has been stopped.
 */
@ProviderType
public interface PoolUse extends AutoCloseable {
    /**
     * The size of the dpages, the same for all users at one time.
     *
     * @return 4K, 2M or 1G
     */
    PageSize pageSize();

    /**
     * Takes one dpage by policy (patch 12), with one reference on it. Its bytes are zero (series repaired).
     *
     * @param holder who keeps it
     * @param policy chooses the node
     * @param interleaveIndex the step for INTERLEAVE, as {@link MemoryPolicy#interleaveIndex} counts it
     * @param localNode the node of the processor that asks
     * @return the physical address of its first byte
     * @throws ErrnoException ENOMEM where no node that the policy allows has a free dpage; the sentence names node, page
     *         size, wanted, free and the largest holders. No garbage is made otherwise
     */
    long take(Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode);

    /**
     * Takes neighbouring dpages by policy, as many as the first region that has one gives, best effort.
     *
     * @param holder who keeps them
     * @param policy chooses the node
     * @param interleaveIndex the step for INTERLEAVE; a run counts as one step
     * @param localNode the node of the processor that asks
     * @param tryMax how many at most; 0 counts as 1
     * @return 1 to tryMax dpages, each with one reference
     * @throws ErrnoException as {@link #take}
     */
    DpageRun takeRun(Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode, int tryMax);

    /**
     * Takes neighbouring dpages by node and mask, below the policies ({@code dmem_alloc_pages_nodemask}).
     *
     * @param holder who keeps them
     * @param node whose fallback list is walked
     * @param allowed the nodes that may give, or null for all
     * @param tryMax how many at most; 0 counts as 1
     * @return 1 to tryMax dpages, each with one reference
     * @throws ErrnoException as {@link #take}
     */
    DpageRun takeOnNodes(Holder holder, int node, @Nullable NodeMask allowed, int tryMax);

    /**
     * The holder gives a dpage back: its reference goes; the dpage is free, or retired, once no other is left.
     *
     * @param holder who took it
     * @param physicalAddress its first byte
     * @throws ErrnoException EINVAL where that is not the start of a dpage that is used by a holder
     */
    void give(Holder holder, long physicalAddress);

    /**
     * The holder gives back a dpage whose bytes nobody has written since it was taken: as {@link #give}, but it needs no
     * cleaning before its next owner.
     *
     * @param holder who took it
     * @param physicalAddress its first byte
     * @throws ErrnoException as {@link #give}
     */
    void giveUnwritten(Holder holder, long physicalAddress);

    /**
     * The holder gives neighbouring dpages of one region back together ({@code dmem_free_pages}). Each is free, or
     * retired, once no other reference on it is left.
     *
     * @param holder who took them
     * @param run what is given back; need not be a run as it was taken
     * @throws ErrnoException as {@link #give}, and then nothing was given back
     */
    void giveRun(Holder holder, DpageRun run);

    /**
     * Ends the use. The last close ends the pool's page size, once no reference is left on any dpage. Idempotent.
     */
    @Override
    void close();
}
