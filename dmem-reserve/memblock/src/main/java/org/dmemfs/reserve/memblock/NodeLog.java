package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.reserve.NumaTopology;

/**
 * What a kernel log says of NUMA: the ranges of ACPI's SRAT, the nodes of processors, and the ranges that the kernel
 * made of both. Logs have no distances.
 */
final class NodeLog {
    private static final int NODE_LIMIT = 1024;
    private static final long TOLERATED_BYTES = 1L << 20;
    private static final String RANGE = "\\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\\]";
    private static final Pattern SRAT = Pattern.compile("SRAT: Node ([0-9]{1,4}) PXM [0-9]+ " + RANGE + "(.*)");
    /** Before Linux 3.5: the end is the first byte after the range. */
    private static final Pattern OLD_SRAT = Pattern
            .compile("SRAT: Node ([0-9]{1,4}) PXM [0-9]+ ([0-9a-f]{1,16})-([0-9a-f]{1,16})(.*)");
    private static final Pattern PROCESSOR = Pattern.compile("SRAT: PXM [0-9]+ -> APIC \\S+ -> Node ([0-9]{1,4})");
    private static final Pattern EARLY_HEADER = Pattern
            .compile("Early memory node ranges|early_node_map\\[[0-9]+\\] active PFN ranges");
    private static final Pattern EARLY = Pattern.compile("(?:^|\\s)node +([0-9]{1,4}): " + RANGE);
    private static final Pattern OLD_EARLY = Pattern
            .compile("(?:^|\\s)([0-9]{1,4}): 0x([0-9a-f]{1,13}) -> 0x([0-9a-f]{1,13})");
    private static final Pattern FAKED = Pattern.compile("No NUMA configuration found|NUMA turned off");

    private final List<NodeRange> srat = new ArrayList<>();
    private final List<NodeRange> early = new ArrayList<>();
    private final Set<Integer> withCpus = new TreeSet<>();
    private boolean earlySection;
    private boolean faked;

    /** A range that the log gives to a node. */
    record NodeRange(int node, long start, long end) {
    }

    /** Takes a line in; false where it says nothing of nodes. */
    boolean line(String line) {
        faked |= FAKED.matcher(line).find();
        if (EARLY_HEADER.matcher(line).find()) {
            earlySection = true;
            return true;
        }
        Matcher processor = PROCESSOR.matcher(line);
        if (processor.find()) {
            node(processor).ifPresent(withCpus::add);
            return true;
        }
        return add(srat, SRAT.matcher(line), 1, 0) || add(srat, OLD_SRAT.matcher(line), 0, 0) || earlySection
                && (add(early, EARLY.matcher(line), 1, 0) || add(early, OLD_EARLY.matcher(line), 0, 12));
    }

    /** The kernel's own ranges: the RAM that it found, after its own command line. */
    List<NodeRange> early() {
        return List.copyOf(early);
    }

    /**
     * Adds the nodes to a draft that has its RAM. As the kernel does, a SRAT that contradicts itself or misses more than
     * a megabyte of RAM is not used, and all RAM is one node.
     */
    NumaTopology describe(MachineDraft draft) {
        for (List<NodeRange> ranges : faked ? List.<List<NodeRange>>of() : List.of(srat, early)) {
            Optional<String> fault = ranges.isEmpty() ? Optional.empty() : fault(draft, ranges);
            fault.ifPresent(why -> draft.notice(why + ": these ranges are left out, as the kernel does"));
            if (!ranges.isEmpty() && fault.isEmpty()) {
                return describe(draft, ranges);
            }
        }
        return NumaTopology.uniform(NodeMask.of(0));
    }

    private NumaTopology describe(MachineDraft draft, List<NodeRange> ranges) {
        Set<Integer> online = new TreeSet<>(withCpus);
        int beyond = 0;
        for (NodeRange range : ranges) {
            draft.node(range.start(), range.end(), range.node());
            if (draft.ramBytes(range.start(), range.end()) > 0) {
                online.add(range.node());
            } else {
                beyond++;
            }
        }
        if (beyond > 0) {
            draft.notice("Left out are node ranges without RAM, such as those for hot-plug: " + beyond);
        }
        NodeMask nodes = NodeMask.of(online);
        if (nodes.weight() > 1) {
            draft.notice("A kernel log does not say how far nodes are apart: all are taken as equally far");
        }
        return new NumaTopology(nodes, withCpus.isEmpty() ? nodes : NodeMask.of(withCpus),
                NumaTopology.uniform(nodes).distances());
    }

    private static Optional<String> fault(MachineDraft draft, List<NodeRange> ranges) {
        RangeMap<Integer> painted = new RangeMap<>();
        for (NodeRange range : ranges) {
            for (RangeMap.Piece<Integer> other : painted.within(range.start(), range.end())) {
                if (other.value() != range.node()) {
                    return Optional.of("Nodes %d and %d both claim 0x%x-0x%x".formatted(other.value(), range.node(),
                            other.start(), other.end() - 1));
                }
            }
            painted.paint(range.start(), range.end(), range.node());
        }
        long covered = painted.pieces().stream().mapToLong(piece -> draft.ramBytes(piece.start(), piece.end())).sum();
        long all = draft.ramBytes(0, Section.ADDRESS_LIMIT);
        return all - covered < TOLERATED_BYTES
                ? Optional.empty()
                : Optional
                        .of("The node ranges cover only " + MemorySize.format(covered) + " of " + MemorySize.format(all)
                                + " of RAM");
    }

    private static boolean add(List<NodeRange> ranges, Matcher matcher, int lastByte, int shift) {
        if (!matcher.find()) {
            return false;
        }
        Optional<Integer> node = node(matcher);
        Optional<LogRange> range = LogRange.of(matcher, 2, lastByte);
        if (node.isPresent() && range.isPresent() && range.get().end() <= Section.ADDRESS_LIMIT >> shift) {
            ranges.add(new NodeRange(node.get(), range.get().start() << shift, range.get().end() << shift));
        }
        return true;
    }

    private static Optional<Integer> node(Matcher matcher) {
        return Optional.of(Integer.valueOf(matcher.group(1))).filter(node -> node < NODE_LIMIT);
    }
}
