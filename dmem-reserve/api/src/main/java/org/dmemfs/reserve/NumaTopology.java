package org.dmemfs.reserve;

import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;

/**
 * The NUMA nodes of a machine and how far they are apart. Immutable.
 *
 * @param online the nodes that are there, with or without memory
 * @param withCpus the nodes that have processors
 * @param distances SLIT distances by rank among the online nodes, 10 to itself
 */
public record NumaTopology(NodeMask online, NodeMask withCpus, List<List<Integer>> distances) {
    private static final int LOCAL_DISTANCE = 10;
    private static final int REMOTE_DISTANCE = 20;

    /**
     * Checks the matrix.
     *
     * @throws ErrnoException EINVAL where it is not square over the online nodes
     */
    public NumaTopology {
        int nodes = online.weight();
        if (distances.size() != nodes || distances.stream().anyMatch(row -> row.size() != nodes)) {
            throw new ErrnoException(Errno.EINVAL, "the distance matrix has not " + nodes + " rows and columns");
        }
        distances = distances.stream().map(List::copyOf).toList();
    }

    /**
     * A machine whose nodes are all equally far from each other, each with processors.
     *
     * @param online its nodes
     * @return distances of 10 and 20
     */
    public static NumaTopology uniform(NodeMask online) {
        List<Integer> nodes = online.nodes();
        return new NumaTopology(online, online,
                nodes.stream()
                        .map(row -> nodes.stream()
                                .map(column -> row.equals(column) ? LOCAL_DISTANCE : REMOTE_DISTANCE).toList())
                        .toList());
    }

    /**
     * How far one node is from another.
     *
     * @param from a node id
     * @param to a node id
     * @return the SLIT distance; as the kernel without a table says, 10 or 20, where a node is not online
     */
    public int distance(int from, int to) {
        if (!online.contains(from) || !online.contains(to)) {
            return from == to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
        }
        return distances.get(online.rank(from)).get(online.rank(to));
    }
}
