package org.dmemfs.reserve.memblock;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.reserve.NumaTopology;

/** {@code /sys/devices/system/node}: the host's nodes, their distances, processors and memory blocks. */
final class NodeDirectory {
    private final Path directory;
    private final MemoryBlocks blocks;

    NodeDirectory(Path directory, MemoryBlocks blocks) {
        this.directory = directory;
        this.blocks = blocks;
    }

    /** Adds the nodes of the memory to a draft and answers the topology; a host without the directory has node 0. */
    NumaTopology describe(MachineDraft draft) {
        Optional<NodeMask> online = mask("online").filter(mask -> !mask.isEmpty());
        if (online.isEmpty()) {
            return NumaTopology.uniform(NodeMask.of(0));
        }
        NodeMask nodes = online.get();
        for (int node : nodes.nodes()) {
            blocks.visit(directory.resolve("node" + node), (start, end) -> draft.node(start, end, node));
        }
        NodeMask withCpus = mask("has_cpu").orElse(nodes);
        try {
            List<List<Integer>> distances = new ArrayList<>();
            for (int node : nodes.nodes()) {
                distances.add(
                        Arrays.stream(TextFile.line(directory.resolve("node" + node).resolve("distance")).split(" +"))
                                .map(Integer::valueOf).toList());
            }
            return new NumaTopology(nodes, withCpus, distances);
        } catch (ErrnoException | NumberFormatException unreadable) {
            draft.notice("The distances of the nodes cannot be read: all are taken as equally far");
            return new NumaTopology(nodes, withCpus, NumaTopology.uniform(nodes).distances());
        }
    }

    private Optional<NodeMask> mask(String file) {
        try {
            String list = TextFile.line(directory.resolve(file));
            return Optional.of(list.isEmpty() ? NodeMask.none() : NodeMask.parse(list));
        } catch (ErrnoException unreadable) {
            return Optional.empty();
        }
    }
}
