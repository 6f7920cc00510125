package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dmemfs.felix.commands.plan.Figure;
import org.dmemfs.felix.commands.plan.Gain;
import org.dmemfs.felix.commands.plan.SchemePlan;
import org.dmemfs.felix.commands.plan.SchemePlan.Break;
import org.dmemfs.felix.commands.plan.SchemePlan.NodePlan;
import org.dmemfs.kernel.MemorySize;

/** A plan for people. */
final class PlanText {
    private static final int NAMED = 5;
    private static final List<String> HEADS = List.of("scheme", "pages", "guests", "sellable", "metadata", "rounding",
            "MMU", "EPT", "IOMMU", "host");

    private final PlanDocument plan;

    PlanText(PlanDocument plan) {
        this.plan = plan;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(plan.machine());
        lines.add("guests: %,d, together %s".formatted(plan.guests(), size(plan.guestBytes())));
        lines.add("host: keeps %s, beside what keeping guests' memory costs (%s)".formatted(
                plan.hostBytesByNode().entrySet().stream()
                        .map(node -> "%s of node %d".formatted(size(node.getValue()), node.getKey()))
                        .collect(Collectors.joining(", ")),
                plan.hostRule()));
        lines.add("");
        lines.addAll(table());
        if (!plan.compared()) {
            lines.add("(without compare: no page tables, and nothing on what breaks)");
        }
        plan.schemes().forEach(scheme -> tell(scheme, lines));
        if (!plan.leftOut().isEmpty()) {
            lines.add("");
            plan.leftOut().forEach(left -> lines.add("left out: " + left));
        }
        if (!plan.gains().isEmpty()) {
            lines.add("");
            lines.add("Against huge pages whose struct pages are thinned:");
            plan.gains().stream().map(Gain::sentence).forEach(lines::add);
        }
        return lines;
    }

    private List<String> table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADS);
        plan.schemes().forEach(scheme -> rows.add(row(scheme)));
        int[] widths = IntStream.range(0, HEADS.size())
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)).toArray();
        return rows.stream().map(row -> IntStream.range(0, row.size())
                .mapToObj(column -> column == 0
                        ? row.get(column) + " ".repeat(widths[column] - row.get(column).length())
                        : " ".repeat(widths[column] - row.get(column).length()) + row.get(column))
                .collect(Collectors.joining("  "))).toList();
    }

    private static List<String> row(SchemePlan scheme) {
        List<String> row = new ArrayList<>(List.of(scheme.title(), scheme.pageSize(),
                "%,d/%,d".formatted(scheme.guestsPlaced(), scheme.guests()), size(scheme.sellableBytes()),
                size(scheme.metadataBytes()), size(scheme.roundingBytes())));
        for (int table = 0; table < 3; table++) {
            row.add(scheme.tables().isEmpty() || scheme.tables().get(table).bytes() == 0 && scheme.guestsPlaced() > 0
                    ? "-"
                    : size(scheme.tables().get(table).bytes()));
        }
        row.add(size(scheme.hostBytes()));
        return row;
    }

    private void tell(SchemePlan scheme, List<String> lines) {
        lines.add("");
        lines.add("%s (Linux %s), pages of %s: %s; a guest lies %s".formatted(scheme.title(), scheme.kernel(),
                scheme.pageSize(), scheme.pageSizeReason(), scheme.layout()));
        for (NodePlan node : scheme.nodes()) {
            lines.add("  node %d: %s = guests %s + rounding %s + free %s + metadata %s + tables %s + host %s".formatted(
                    node.node(), size(node.ramBytes()), size(node.guestBytes()), size(node.roundingBytes()),
                    size(node.freeBytes()), size(node.metadataBytes()), size(node.tableBytes()),
                    size(node.hostBytes())));
        }
        if (scheme.guestsOverBorders() > 0) {
            lines.add("  over a node border: %,d guests".formatted(scheme.guestsOverBorders()));
        }
        if (scheme.homelessCount() > 0) {
            lines.add("  do not fit: %,d guests: %s%s".formatted(scheme.homelessCount(),
                    scheme.homeless().stream().limit(NAMED).collect(Collectors.joining(", ")),
                    scheme.homelessCount() > NAMED ? ", ..." : ""));
        }
        lines.add("  boot with: " + (scheme.words().isEmpty() ? "no words" : String.join(" ", scheme.words())));
        scheme.notes().forEach(note -> lines.add("  note: " + note));
        scheme.breaks().forEach(each -> lines.add("  breaks: %s: %s (%s)".formatted(each.operation(), each.answer(),
                each.meaning())));
        if (!scheme.otherwise().isEmpty()) {
            lines.add("  answered otherwise than by plain memory: %s".formatted(plan.why()
                    ? scheme.otherwise().stream()
                            .map(each -> "%s: %s, not %s".formatted(each.operation(), each.answer(),
                                    each.plainAnswer()))
                            .collect(Collectors.joining("; "))
                    : scheme.otherwise().stream().map(Break::operation).collect(Collectors.joining(", "))));
        }
        if (plan.why()) {
            scheme.figures().forEach(figure -> lines.add(why(figure)));
        }
    }

    private static String why(Figure figure) {
        return "  why: %s: %,d bytes = %s".formatted(figure.what(), figure.bytes(), figure.formula());
    }

    /** A machine that is too small for its host shows what is lacking. */
    private static String size(long bytes) {
        return bytes < 0 ? "-" + MemorySize.format(-bytes) : MemorySize.format(bytes);
    }
}
