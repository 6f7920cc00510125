package org.dmemfs.core.pool;

import java.util.concurrent.atomic.LongAdder;

/**
 * What is counted of a node's dpages as they change.
 *
 * @param rank the node's place among the nodes that have regions
 * @param retired went bad since the pool came into use
 * @param pinned have a reference that is not their holder's
 * @param withoutHolder have references but no holder any more
 */
record NodeCounters(int rank, LongAdder retired, LongAdder pinned, LongAdder withoutHolder) {
    NodeCounters(int rank) {
        this(rank, new LongAdder(), new LongAdder(), new LongAdder());
    }
}
