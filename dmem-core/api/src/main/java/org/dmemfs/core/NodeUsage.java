package org.dmemfs.core;

/**
 * The ledger of one node: {@code free + used + retired = total}. All but the run in dpages.
 *
 * @param node the node id
 * @param total dpages of the node's regions when the pool came into use, without those known bad then
 * @param free may be taken
 * @param used have at least one reference
 * @param pinned of the used ones, those with a reference that is not their holder's
 * @param retired went bad since and are out of use
 * @param longestFreeRun the most neighbouring free dpages in one region
 */
public record NodeUsage(int node, long total, long free, long used, long pinned, long retired, long longestFreeRun) {
}
