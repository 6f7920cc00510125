package org.dmemfs.felix.commands.tour;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.PoolUsage;

/** The pool's ledger as the tour shows it: per node, never one lonely total. */
record Ledger(List<NodeUsage> nodes) {
    static Ledger of(PoolUsage usage) {
        return new Ledger(usage.nodes());
    }

    void tell(StepReport report) {
        for (NodeUsage node : nodes) {
            report.modelled(
                    "node %d: %,d dpages = %,d free + %,d used + %,d retired; %,d pinned, longest free run %,d"
                            .formatted(node.node(), node.total(), node.free(), node.used(), node.retired(),
                                    node.pinned(), node.longestFreeRun()));
            TourFailure.unless(node.free() + node.used() + node.retired() == node.total(),
                    "the ledger of node " + node.node() + " does not add up: " + node);
        }
        report.figure("ledger", nodes.stream().map(Ledger::figures).toList());
    }

    long free() {
        return nodes.stream().mapToLong(NodeUsage::free).sum();
    }

    long used() {
        return nodes.stream().mapToLong(NodeUsage::used).sum();
    }

    long pinned() {
        return nodes.stream().mapToLong(NodeUsage::pinned).sum();
    }

    long retired() {
        return nodes.stream().mapToLong(NodeUsage::retired).sum();
    }

    private static Map<String, Object> figures(NodeUsage node) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("node", node.node());
        figures.put("total", node.total());
        figures.put("free", node.free());
        figures.put("used", node.used());
        figures.put("pinned", node.pinned());
        figures.put("retired", node.retired());
        figures.put("longestFreeRun", node.longestFreeRun());
        return figures;
    }
}
