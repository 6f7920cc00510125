package org.dmemfs.felix.commands;

import java.util.List;
import org.dmemfs.core.PoolUsage;

/** What a node still has after its bad dpages have gone, in dpages. */
record NodeCapacity(int node, long total, long free, long used, long retired) {
    static List<NodeCapacity> of(PoolUsage usage) {
        return usage.nodes().stream().map(node -> new NodeCapacity(node.node(), node.total(), node.free(), node.used(),
                node.retired())).toList();
    }

    String line() {
        return "node %d: %,d of %,d dpages left (%,d free, %,d used), %,d retired".formatted(node, total - retired,
                total,
                free, used, retired);
    }
}
