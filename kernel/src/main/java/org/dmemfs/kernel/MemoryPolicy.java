package org.dmemfs.kernel;

import java.util.function.IntUnaryOperator;

/**
 * A NUMA memory policy, as {@code mbind} and {@code set_mempolicy} set it (patches 11 and 12).
 *
 * @param mode how the nodes are chosen
 * @param nodes the nodes of the policy; empty for DEFAULT and LOCAL, one for PREFERRED
 */
public record MemoryPolicy(Mode mode, NodeMask nodes) {
    /** How a policy chooses the node of a page. */
    public enum Mode {
        /** The task's default: the local node, then its fallback list. */
        DEFAULT,
        /** The local node, then its fallback list. */
        LOCAL,
        /** One node, then its fallback list. */
        PREFERRED,
        /** Only the nodes of the mask. */
        BIND,
        /** The nodes of the mask in turn, counted in dpages of the mapping; falls back. */
        INTERLEAVE,
        /** As INTERLEAVE, each node as many times in turn as the system's weight for it (Linux 6.9; beyond the series). */
        WEIGHTED_INTERLEAVE
    }

    private static final MemoryPolicy SYSTEM_DEFAULT = new MemoryPolicy(Mode.DEFAULT, NodeMask.none());

    /**
     * Checks that mode and nodes fit.
     *
     * @throws ErrnoException EINVAL where a mode that needs nodes has none, PREFERRED has more than one, or a local mode
     *         has some
     */
    public MemoryPolicy {
        boolean local = mode == Mode.DEFAULT || mode == Mode.LOCAL;
        if (local != nodes.isEmpty() || mode == Mode.PREFERRED && nodes.weight() != 1) {
            throw new ErrnoException(Errno.EINVAL, "the policy " + mode + " does not take the nodes " + nodes
                    + ": DEFAULT and LOCAL take none, PREFERRED one, the others at least one");
        }
    }

    /**
     * The policy of a task that set none.
     *
     * @return local, with fallback
     */
    public static MemoryPolicy systemDefault() {
        return SYSTEM_DEFAULT;
    }

    /**
     * Bound to nodes.
     *
     * @param nodes the nodes
     * @return the policy
     */
    public static MemoryPolicy bind(NodeMask nodes) {
        return new MemoryPolicy(Mode.BIND, nodes);
    }

    /**
     * One node preferred.
     *
     * @param node the node
     * @return the policy
     */
    public static MemoryPolicy preferred(int node) {
        return new MemoryPolicy(Mode.PREFERRED, NodeMask.of(node));
    }

    /**
     * Interleaved over nodes.
     *
     * @param nodes the nodes
     * @return the policy
     */
    public static MemoryPolicy interleave(NodeMask nodes) {
        return new MemoryPolicy(Mode.INTERLEAVE, nodes);
    }

    /**
     * Interleaved over nodes by their weights.
     *
     * @param nodes the nodes
     * @return the policy
     */
    public static MemoryPolicy weightedInterleave(NodeMask nodes) {
        return new MemoryPolicy(Mode.WEIGHTED_INTERLEAVE, nodes);
    }

    /**
     * The node of one step of a mapping that is interleaved by weights: each node, in ascending order, as many steps as
     * its weight ({@code weighted_interleave_nid}).
     *
     * @param interleaveIndex the step, as {@link #interleaveIndex} counts it
     * @param weightOf gives the weight of a node id, 1 to 255
     * @return the node id
     * @throws ErrnoException EINVAL where the policy has no nodes
     */
    public int weightedInterleaveNode(long interleaveIndex, IntUnaryOperator weightOf) {
        int weight = nodes.weight();
        if (weight == 0) {
            throw new ErrnoException(Errno.EINVAL, "the policy " + mode + " has no nodes to interleave over");
        }
        long total = 0;
        for (int rank = 0; rank < weight; rank++) {
            total += weightOf.applyAsInt(nodes.nth(rank));
        }
        long target = Long.remainderUnsigned(interleaveIndex, total);
        int rank = 0;
        for (int here = weightOf.applyAsInt(nodes.nth(0)); target >= here; here = weightOf
                .applyAsInt(nodes.nth(rank))) {
            target -= here;
            rank++;
        }
        return nodes.nth(rank);
    }

    /**
     * The node of one step of an interleaved mapping.
     *
     * @param interleaveIndex the step, as {@link #interleaveIndex} counts it
     * @return the node id
     * @throws ErrnoException EINVAL where the policy has no nodes
     */
    public int interleaveNode(long interleaveIndex) {
        if (nodes.isEmpty()) {
            throw new ErrnoException(Errno.EINVAL, "the policy " + mode + " has no nodes to interleave over");
        }
        return nodes.nth((int) Long.remainderUnsigned(interleaveIndex, nodes.weight()));
    }

    /**
     * The step of an address in an interleaved mapping: dpages from the start of the file (patch 12 passes the dpage
     * shift where the kernel passes PAGE_SHIFT).
     *
     * @param vmStart first virtual address of the VMA
     * @param pageOffset the VMA's offset in the file, in 4K pages ({@code vm_pgoff})
     * @param virtualAddress an address in the VMA
     * @param dpageSize size of the dpages of the file
     * @return the step
     */
    public static long interleaveIndex(long vmStart, long pageOffset, long virtualAddress, PageSize dpageSize) {
        return (pageOffset >> (dpageSize.shift() - 12)) + ((virtualAddress - vmStart) >> dpageSize.shift());
    }
}
