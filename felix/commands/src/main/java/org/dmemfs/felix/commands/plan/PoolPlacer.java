package org.dmemfs.felix.commands.plan;

import java.util.Map;
import java.util.TreeMap;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.Reservation;

/** Places page by page: the pool, its policies, fallback lists and allocator. */
final class PoolPlacer implements GuestPlacer {
    private static final Holder GUESTS = new Holder("plan", "guests");
    private static final int LONGEST_RUN = 1 << 22;

    private final Reservation reservation;
    private final PoolUse use;
    private final long stepBytes;
    private final boolean bound;
    private final FreeBytes free;
    /** By node id. */
    private final MemoryPolicy[] policyOf;

    /**
     * Over a pool.
     *
     * @param reservation its nodes and regions
     */
    PoolPlacer(Reservation reservation, PoolUse use, NodeWish wish) {
        this.reservation = reservation;
        this.use = use;
        this.stepBytes = use.pageSize().bytes();
        this.bound = wish == NodeWish.BIND;
        Map<Integer, Long> there = new TreeMap<>();
        for (DmemRegion region : reservation.regions()) {
            there.merge(region.node(), region.bytes() / stepBytes * stepBytes, Long::sum);
        }
        this.free = new FreeBytes(there);
        this.policyOf = new MemoryPolicy[reservation.topology().online().nodes().stream().mapToInt(node -> node + 1)
                .max()
                .orElse(0)];
        reservation.topology().online().nodes().forEach(node -> policyOf[node] = bound
                ? MemoryPolicy.bind(NodeMask.of(node))
                : MemoryPolicy.preferred(node));
    }

    @Override
    public int place(GuestGroup group, long bytes, Placement placement) {
        int node = free.nodeFor(group);
        boolean bind = bound && group.node() != GuestGroup.ANY_NODE;
        if (bytes > (bind ? free.on(node) : free.all())) {
            return 0;
        }
        MemoryPolicy policy = group.node() == GuestGroup.ANY_NODE ? MemoryPolicy.systemDefault() : policyOf[node];
        int nodes = 0;
        int last = -1;
        long left = bytes / stepBytes;
        while (left > 0) {
            DpageRun run = use.takeRun(GUESTS, policy, 0, node, (int) Math.min(left, LONGEST_RUN));
            int from = reservation.memoryMap().nodeOf(run.physicalAddress() >> PageSize.SIZE_4K.shift());
            long taken = run.dpages() * stepBytes;
            free.take(from, taken);
            placement.took(from, taken);
            // A node that has been left is empty: no guest comes back to one.
            nodes += from == last ? 0 : 1;
            last = from;
            left -= run.dpages();
        }
        return nodes;
    }
}
