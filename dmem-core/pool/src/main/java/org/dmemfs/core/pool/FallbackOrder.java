package org.dmemfs.core.pool;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.NumaTopology;

/** In which order the nodes are asked when one has no dpage left: built once, for every node ({@code dmem_nodelist}). */
final class FallbackOrder {
    private static final int MAX_NUMNODES = 1024;
    private static final int PENALTY_FOR_NODE_WITH_CPUS = 1;
    private static final int PENALTY_FOR_DMEM_SHARED_NODE = 1;
    private static final int[] NOBODY = new int[0];

    private final int[][] orders;

    private FallbackOrder(int[][] orders) {
        this.orders = orders;
    }

    /**
     * The orders of a machine.
     *
     * @param withRegions the nodes that have a region
     * @param withKernelMemory the nodes that have memory with struct page ({@code N_MEMORY})
     */
    static FallbackOrder of(NumaTopology topology, NodeMask withRegions, NodeMask withKernelMemory,
            SeriesVersion series) {
        List<Integer> online = topology.online().nodes();
        int[][] orders = new int[online.isEmpty() ? 0 : online.get(online.size() - 1) + 1][];
        Arrays.fill(orders, NOBODY);
        Rounds rounds = new Rounds(topology, withRegions.nodes(), withKernelMemory, online);
        for (int node : online) {
            orders[node] = padded(rounds.orderOf(node), series);
        }
        return new FallbackOrder(orders);
    }

    /** 12.2.9: as posted, the list's unfilled tail stays 0, so that node 0 is asked again and again. */
    private static int[] padded(int[] order, SeriesVersion series) {
        return series == SeriesVersion.REPAIRED ? order : Arrays.copyOf(order, MAX_NUMNODES);
    }

    /** The nodes to ask; none where the node is not there. */
    int[] of(int node) {
        return node >= 0 && node < orders.length ? orders[node] : NOBODY;
    }

    /** The building of the lists: the load that a node was given stays with it, which makes equals take turns. */
    private static final class Rounds {
        private final NumaTopology topology;
        private final List<Integer> withRegions;
        private final NodeMask withKernelMemory;
        private final List<Integer> online;
        private final int[] rankOf = new int[MAX_NUMNODES];
        private final int[] load = new int[MAX_NUMNODES];

        Rounds(NumaTopology topology, List<Integer> withRegions, NodeMask withKernelMemory, List<Integer> online) {
            this.topology = topology;
            this.withRegions = withRegions;
            this.withKernelMemory = withKernelMemory;
            this.online = online;
            Arrays.fill(rankOf, -1);
            for (int rank = 0; rank < online.size(); rank++) {
                rankOf[online.get(rank)] = rank;
            }
        }

        /** Loads are only given to nodes that were chosen already, so one sort finds what the kernel finds by rounds. */
        int[] orderOf(int node) {
            int[] others = withRegions.stream().filter(other -> other != node)
                    .sorted(Comparator.<Integer>comparingLong(other -> penalty(node, other))
                            .thenComparing(Comparator.naturalOrder()))
                    .mapToInt(Integer::intValue).toArray();
            int left = online.size();
            int previous = node;
            for (int other : others) {
                if (distance(node, other) != distance(node, previous)) {
                    load[other] = left;
                }
                previous = other;
                left--;
            }
            int[] order = new int[others.length + 1];
            order[0] = node;
            System.arraycopy(others, 0, order, 1, others.length);
            return order;
        }

        private long penalty(int node, int other) {
            int near = distance(node, other) + (other < node ? 1 : 0)
                    + (topology.withCpus().contains(other) ? PENALTY_FOR_NODE_WITH_CPUS : 0)
                    + (withKernelMemory.contains(other) ? PENALTY_FOR_DMEM_SHARED_NODE : 0);
            return (long) near * online.size() * MAX_NUMNODES + load[other];
        }

        private int distance(int from, int to) {
            return rankOf[from] < 0 || rankOf[to] < 0
                    ? topology.distance(from, to)
                    : topology.distances().get(rankOf[from]).get(rankOf[to]);
        }
    }
}
