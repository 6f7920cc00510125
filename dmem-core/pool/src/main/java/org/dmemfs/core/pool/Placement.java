package org.dmemfs.core.pool;

import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.Patch;
import org.jspecify.annotations.Nullable;

/**
 * Which node a policy begins with and which it stays within (facts 2.6). The tasks of the model have no cpuset: theirs is
 * all nodes that are online.
 */
@Patch(v1 = 12, v2 = 12)
@Patch(v1 = 11, v2 = 11)
final class Placement {
    private final NodeMask allowedByCpuset;
    private volatile InterleaveWeights weights = InterleaveWeights.of();
    private volatile boolean heeded = true;

    Placement(NodeMask allowedByCpuset) {
        this.allowedByCpuset = allowedByCpuset;
    }

    void weigh(InterleaveWeights newWeights) {
        weights = newWeights;
    }

    /** Whether policies count; before patch 12 each take begins at the local node, and any node may give. */
    void heed(boolean policies) {
        heeded = policies;
    }

    /** The node whose fallback list is walked. */
    int firstNode(MemoryPolicy policy, long interleaveIndex, int localNode) {
        if (!heeded) {
            return localNode;
        }
        return switch (policy.mode()) {
            case DEFAULT, LOCAL -> localNode;
            case PREFERRED -> policy.nodes().nth(0);
            case BIND -> policy.nodes().contains(localNode) ? localNode : policy.nodes().nth(0);
            case INTERLEAVE -> policy.interleaveNode(interleaveIndex);
            case WEIGHTED_INTERLEAVE -> policy.weightedInterleaveNode(interleaveIndex, weights);
        };
    }

    /** The nodes that may give, or null for all: only BIND keeps to its own, and only where the cpuset has one of them. */
    @Nullable
    NodeMask mask(MemoryPolicy policy) {
        return heeded && policy.mode() == MemoryPolicy.Mode.BIND && policy.nodes().intersects(allowedByCpuset)
                ? policy.nodes()
                : null;
    }
}
