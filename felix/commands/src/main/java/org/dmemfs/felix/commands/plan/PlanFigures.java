package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.dmemfs.felix.commands.plan.SchemePlan.NodePlan;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;

/** The numbers of a plan with their formulas. */
record PlanFigures(HostShare host, SetAsidePlan aside, PageSizeChoice choice, PageSize pageSize) {
    List<Figure> of(List<NodePlan> nodes, List<Figure> metadata, List<Figure> tables, Placement placement) {
        List<Figure> figures = new ArrayList<>(choice.figures());
        aside.bytesByNode().forEach((node, bytes) -> figures.add(new Figure("set aside on node " + node, bytes,
                ("the most multiples of %s so that they + 64/4096 of the rest + metadata + files and tables of the guests +"
                        + " %d for the host are no more than the node's %d; less where words at boot cannot say it")
                        .formatted(MemorySize.format(SetAsidePlan.step(pageSize)), host.byNode().getOrDefault(node, 0L),
                                host.ramByNode().getOrDefault(node, 0L)))));
        figures.addAll(metadata);
        figures.addAll(tables);
        figures.add(new Figure("sellable", sum(nodes, NodePlan::sellableBytes),
                "set aside - struct pages in the memory itself, by node: " + each(nodes, NodePlan::sellableBytes)));
        figures.add(new Figure("placed", placement.bytes(),
                "each guest rounded up to whole pages of %s, %d asked for".formatted(pageSize.label(),
                        placement.askedBytes())));
        figures.add(new Figure("rounding", placement.bytes() - placement.askedBytes(),
                "%d placed - %d asked for".formatted(placement.bytes(), placement.askedBytes())));
        figures.add(new Figure("host", sum(nodes, NodePlan::hostBytes),
                "RAM - set aside - metadata and tables that the host pays, by node: "
                        + each(nodes, NodePlan::hostBytes)));
        figures.add(new Figure("struct pages of the host's part", sum(nodes, NodePlan::hostStructPageBytes),
                "(RAM - set aside) / 4096 x 64, by node: " + each(nodes, NodePlan::hostStructPageBytes)));
        return figures;
    }

    private static long sum(List<NodePlan> nodes, ToLongFunction<NodePlan> bytes) {
        return nodes.stream().mapToLong(bytes).sum();
    }

    private static String each(List<NodePlan> nodes, ToLongFunction<NodePlan> bytes) {
        return nodes.stream().map(node -> String.valueOf(bytes.applyAsLong(node))).collect(Collectors.joining(" + "));
    }
}
