package org.dmemfs.schemes.hugetlb;

import java.util.Comparator;
import java.util.List;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.reserve.NumaTopology;

/** Which nodes a page is looked for on, in order ({@code huge_node}, {@code dequeue_huge_page_nodemask}). */
final class NodeOrder {
    private final NumaTopology topology;

    NodeOrder(NumaTopology topology) {
        this.topology = topology;
    }

    List<Integer> of(MemoryPolicy policy, long interleaveIndex, int localNode) {
        return switch (policy.mode()) {
            case DEFAULT, LOCAL -> from(localNode, topology.online());
            case PREFERRED -> from(policy.nodes().nth(0), topology.online());
            case BIND -> from(localNode, policy.nodes());
            case INTERLEAVE -> from(policy.interleaveNode(interleaveIndex), topology.online());
            case WEIGHTED_INTERLEAVE -> from(policy.weightedInterleaveNode(interleaveIndex, _ -> 1), topology.online());
        };
    }

    private List<Integer> from(int first, NodeMask allowed) {
        return allowed.nodes().stream()
                .sorted(Comparator.comparingInt((Integer node) -> topology.distance(first, node))).toList();
    }
}
