package org.dmemfs.mm.mm;

import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;

/** {@code alloc_pages_vma}: which node a page of anonymous memory comes from. */
final class PolicyNodes {
    private PolicyNodes() {
    }

    /** The first frame of a page of 4K or 2M, by the policy in force at an address, or {@link KernelRam#NONE}. */
    static long take(KernelRam ram, MappedArea area, long virtualAddress, PageSize size) {
        MemoryPolicy policy = area.policy();
        int local = area.task().node();
        return switch (policy.mode()) {
            case DEFAULT, LOCAL -> ram.take(local, null, size);
            case PREFERRED -> ram.take(policy.nodes().nth(0), null, size);
            case BIND -> ram.take(nearest(local, policy.nodes()), policy.nodes(), size);
            case INTERLEAVE -> ram.take(policy.interleaveNode(step(area, virtualAddress, size)), null, size);
            case WEIGHTED_INTERLEAVE ->
                ram.take(policy.weightedInterleaveNode(step(area, virtualAddress, size), _ -> 1), null,
                        size);
        };
    }

    private static long step(MappedArea area, long virtualAddress, PageSize size) {
        return MemoryPolicy.interleaveIndex(area.start(), area.pageOffset(), virtualAddress, size);
    }

    private static int nearest(int local, NodeMask allowed) {
        return allowed.contains(local) ? local : allowed.nth(0);
    }
}
