package org.dmemfs.mm.mm;

import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;

/** {@code alloc_pages_vma}: which node a page of anonymous memory comes from. */
final class PolicyNodes {
    private PolicyNodes() {
    }

    /** A frame by the policy in force at an address, or {@link KernelRam#NONE}. */
    static long take(KernelRam ram, MappedArea area, long virtualAddress) {
        MemoryPolicy policy = area.policy();
        int local = area.task().node();
        return switch (policy.mode()) {
            case DEFAULT, LOCAL -> ram.take(local);
            case PREFERRED -> ram.take(policy.nodes().nth(0));
            case BIND -> ram.take(nearest(local, policy.nodes()), policy.nodes());
            case INTERLEAVE -> ram.take(policy.interleaveNode(step(area, virtualAddress)));
            case WEIGHTED_INTERLEAVE -> ram.take(policy.weightedInterleaveNode(step(area, virtualAddress), _ -> 1));
        };
    }

    private static long step(MappedArea area, long virtualAddress) {
        return MemoryPolicy.interleaveIndex(area.start(), area.pageOffset(), virtualAddress, PageSize.SIZE_4K);
    }

    private static int nearest(int local, NodeMask allowed) {
        return allowed.contains(local) ? local : allowed.nth(0);
    }
}
