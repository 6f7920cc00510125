package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.jspecify.annotations.Nullable;

/** A machine while its description is being read. For one thread. */
final class MachineDraft {
    private final RangeMap<Area> areas = new RangeMap<>();
    private final RangeMap<Integer> nodes = new RangeMap<>();
    private final List<Machine.Occupied> occupied = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private @Nullable String commandLine;

    private record Area(FrameKind kind, String name) {
    }

    /** Covers whatever was said of these addresses before. */
    void area(long start, long end, FrameKind kind, String name) {
        areas.paint(start, end, new Area(kind, name));
    }

    void node(long start, long end, int node) {
        nodes.paint(start, end, node);
    }

    void occupied(long start, long end, String name) {
        occupied.add(new Machine.Occupied(start, end, name));
    }

    void notice(String line) {
        notices.add(line);
    }

    void commandLine(String line) {
        commandLine = line;
    }

    /** Whether RAM has been described yet. */
    boolean hasRam() {
        return ramBytes(0, Section.ADDRESS_LIMIT) > 0;
    }

    /** How much RAM has been described of a window. */
    long ramBytes(long start, long end) {
        return areas.within(start, end).stream().filter(piece -> piece.value().kind() == FrameKind.RAM)
                .mapToLong(piece -> piece.end() - piece.start()).sum();
    }

    /**
     * The machine, its nodes being those that were named, all equally far.
     *
     * @throws ErrnoException EINVAL where no whole frame of RAM was described
     */
    Machine build(String source) {
        Set<Integer> named = new TreeSet<>();
        nodes.pieces().forEach(piece -> named.add(piece.value()));
        named.add(named.isEmpty() ? 0 : named.iterator().next());
        return build(source, NumaTopology.uniform(NodeMask.of(named)));
    }

    /**
     * The machine with nodes of a known topology.
     *
     * @throws ErrnoException EINVAL where no whole frame of RAM was described
     */
    Machine build(String source, NumaTopology topology) {
        int first = topology.online().isEmpty() ? 0 : topology.online().nth(0);
        List<MemoryRange> ranges = new ArrayList<>();
        long unnamed = 0;
        for (RangeMap.Piece<Area> piece : areas.pieces()) {
            if (piece.value().kind() != FrameKind.RAM) {
                ranges.add(new MemoryRange(piece.start(), piece.end(), -1, piece.value().kind(), piece.value().name()));
                continue;
            }
            // memblock_trim_memory: RAM counts in whole frames.
            long start = Section.alignUp(piece.start(), Section.FRAME_BYTES);
            long end = Section.alignDown(piece.end(), Section.FRAME_BYTES);
            for (RangeMap.Piece<Integer> part : byNode(start, end)) {
                if (part.value() < 0) {
                    unnamed += part.end() - part.start();
                }
                ranges.add(new MemoryRange(part.start(), part.end(), part.value() < 0 ? first : part.value(),
                        FrameKind.RAM, piece.value().name()));
            }
        }
        if (ranges.stream().noneMatch(range -> range.kind() == FrameKind.RAM)) {
            throw new ErrnoException(Errno.EINVAL,
                    source + " has no System RAM: accepted is a memory map with at least one range of it");
        }
        if (unnamed > 0 && topology.online().weight() > 1) {
            notices.add("No node is named for " + DmemParameter.text(unnamed) + " of RAM: taken as node " + first);
        }
        return new Machine(source, List.copyOf(ranges), List.copyOf(occupied), withAllNodes(topology, ranges),
                List.copyOf(notices), Optional.ofNullable(commandLine));
    }

    private List<RangeMap.Piece<Integer>> byNode(long start, long end) {
        RangeMap<Integer> parts = new RangeMap<>();
        parts.paint(start, end, -1);
        nodes.within(start, end).forEach(piece -> parts.paint(piece.start(), piece.end(), piece.value()));
        return parts.pieces();
    }

    private NumaTopology withAllNodes(NumaTopology topology, List<MemoryRange> ranges) {
        NavigableMap<Integer, Boolean> online = new TreeMap<>();
        topology.online().nodes().forEach(node -> online.put(node, true));
        ranges.stream().filter(range -> range.kind() == FrameKind.RAM).forEach(range -> online.put(range.node(), true));
        if (online.size() == topology.online().weight()) {
            return topology;
        }
        notices.add("Memory lies on nodes whose distances are not told: all are taken as equally far");
        return NumaTopology.uniform(NodeMask.of(online.keySet()));
    }
}
