package org.dmemfs.core;

import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.PageSize;

/**
 * The pool's ledger at one moment.
 *
 * @param pageSize of the dpages; empty while the pool is not in use, and then every node counts 0
 * @param users how many uses are open
 * @param regions how many regions are registered
 * @param registeredPages 4K frames of all regions
 * @param unalignedPages 4K frames of the regions that are in no dpage of this size
 * @param allocator the name of the allocator that serves
 * @param nodes one entry for each node with regions, ascending
 */
public record PoolUsage(Optional<PageSize> pageSize, int users, int regions, long registeredPages,
        long unalignedPages, String allocator, List<NodeUsage> nodes) {
    /** Copies the list. */
    public PoolUsage {
        nodes = List.copyOf(nodes);
    }
}
