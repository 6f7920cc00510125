package org.dmemfs.core.pool;

import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.core.HolderUsage;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.jspecify.annotations.Nullable;

/** Says why a take failed, so that a person can act on it. */
final class Exhaustion {
    private static final int LARGEST = 3;

    private Exhaustion() {
    }

    static ErrnoException of(Carving carving, int node, @Nullable NodeMask allowed, int wanted) {
        String size = carving.pageSize().label();
        long free = carving.nodes().stream().mapToLong(DpageNode::free).sum();
        long within = carving.nodes().stream()
                .filter(each -> allowed == null ? each.node() == node : allowed.contains(each.node()))
                .mapToLong(DpageNode::free).sum();
        long longest = carving.nodes().stream().mapToLong(DpageNode::longestFreeRun).max().orElse(0);
        List<HolderUsage> holders = carving.holders().usages(carving.withoutHolder());
        return new ErrnoException(Errno.ENOMEM,
                "no dpage of %s can be had from node %d%s: wanted %d, free there %d, free in all nodes %d, longest free run"
                        .formatted(size, node,
                                allowed == null ? " and its fallback nodes" : " within the nodes " + allowed,
                                wanted, within, free)
                        + " %d; the largest holders are %s".formatted(longest, largest(holders)));
    }

    private static String largest(List<HolderUsage> holders) {
        return holders.isEmpty()
                ? "nobody"
                : holders.stream().limit(LARGEST).map(usage -> usage.holder() + " with " + usage.dpages())
                        .collect(Collectors.joining(", "));
    }
}
