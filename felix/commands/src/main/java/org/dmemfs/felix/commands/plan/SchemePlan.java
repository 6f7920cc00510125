package org.dmemfs.felix.commands.plan;

import java.util.List;

/**
 * What came of planning a machine with one scheme.
 *
 * @param scheme the variant's name
 * @param title with a mark where no kernel has it
 * @param kernel which one
 * @param pageSize of the guests' memory
 * @param pageSizeReason why that
 * @param layout how a guest's memory may lie
 * @param guests how many were to be placed
 * @param guestsPlaced how many were
 * @param guestsOverBorders how many of these have memory of several nodes
 * @param homeless the first thousand of those that were not placed
 * @param homelessCount how many were not
 * @param nodes what became of each node
 * @param roundingBytes what the placed guests have more than they asked for
 * @param metadata what keeping the memory costs, without page tables
 * @param tables page tables, empty where compare was not asked
 * @param figures every number with its formula
 * @param words to boot with
 * @param notes what else is to be known
 * @param breaks what other memory does and this does not
 * @param otherwise operations that are answered, but not as for other memory
 */
public record SchemePlan(String scheme, String title, String kernel, String pageSize, String pageSizeReason,
        String layout, long guests, long guestsPlaced, long guestsOverBorders, List<String> homeless,
        long homelessCount, List<NodePlan> nodes, long roundingBytes, List<Figure> metadata, List<Figure> tables,
        List<Figure> figures, List<String> words, List<String> notes, List<Break> breaks, List<Break> otherwise) {
    /**
     * What became of a node: its parts make up its RAM.
     *
     * @param node its id
     * @param ramBytes all of it
     * @param guestBytes what guests have here of what they asked for
     * @param roundingBytes what the last pages of guests here have more than was asked for
     * @param freeBytes could be sold still
     * @param metadataBytes what keeping the memory costs here
     * @param tableBytes page tables of guests that lie here
     * @param hostBytes what stays for the host, with the struct pages of it
     * @param hostStructPageBytes these struct pages
     */
    public record NodePlan(int node, long ramBytes, long guestBytes, long roundingBytes, long freeBytes,
            long metadataBytes,
            long tableBytes, long hostBytes, long hostStructPageBytes) {
        /** What guests have or could have. */
        public long sellableBytes() {
            return guestBytes + roundingBytes + freeBytes;
        }
    }

    /**
     * An operation that plain memory answers otherwise.
     *
     * @param operation of compare
     * @param answer what came of it
     * @param plainAnswer what came of it with plain memory
     * @param meaning for a VMM
     */
    public record Break(String operation, String answer, String plainAnswer, String meaning) {
    }

    /** What guests have or could have, on all nodes. */
    public long sellableBytes() {
        return nodes.stream().mapToLong(NodePlan::sellableBytes).sum();
    }

    /** What keeping it costs, on all nodes. */
    public long metadataBytes() {
        return nodes.stream().mapToLong(NodePlan::metadataBytes).sum();
    }

    /** What stays for the host, on all nodes. */
    public long hostBytes() {
        return nodes.stream().mapToLong(NodePlan::hostBytes).sum();
    }

    /** Whether every guest has a place. */
    public boolean allPlaced() {
        return homelessCount == 0;
    }
}
