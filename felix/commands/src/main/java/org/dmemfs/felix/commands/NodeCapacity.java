package org.dmemfs.felix.commands;

import java.util.List;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.kernel.PageSize;

/** What a node still has after its bad dpages have gone, in dpages. */
record NodeCapacity(int node, long total, long free, long used, long retired, String pageSize) {
    static List<NodeCapacity> of(PoolUsage usage) {
        String pageSize = usage.pageSize().map(PageSize::label).orElse("");
        return usage.nodes().stream().map(node -> new NodeCapacity(node.node(), node.total(), node.free(), node.used(),
                node.retired(), pageSize)).toList();
    }

    String line() {
        return "node %d: %,d of %,d dpages left%s (%,d free, %,d used), %,d retired".formatted(node, total - retired,
                total, pageSize.isEmpty() ? "" : ", each " + pageSize, free, used, retired);
    }
}
