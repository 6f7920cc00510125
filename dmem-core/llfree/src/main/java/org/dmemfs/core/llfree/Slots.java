package org.dmemfs.core.llfree;

import java.util.concurrent.atomic.AtomicLongArray;

/** The child from which the threads of a slot took last; a slot per few threads, each in a cache line of its own. */
final class Slots {
    private static final int LONGS_PER_LINE = 16;
    private static final int SLOTS_PER_PROCESSOR = 4;

    private final int count;
    private final AtomicLongArray children;

    Slots(long children) {
        this.count = Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * SLOTS_PER_PROCESSOR) * 2;
        this.children = new AtomicLongArray((count + 1) * LONGS_PER_LINE);
        for (int slot = 0; slot < count; slot++) {
            remember(slot, firstChild(slot, children));
        }
    }

    /**
     * Where a slot begins: neighbours among the slots in trees of their own, since a tree's counters share cache lines,
     * and slots that have to share a tree apart within it.
     */
    private long firstChild(int slot, long children) {
        long trees = (children + Trees.CHILDREN - 1) / Trees.CHILDREN;
        if (trees == 1) {
            return children * slot / count;
        }
        if (trees >= count) {
            return trees * slot / count * Trees.CHILDREN;
        }
        long sharers = (count + trees - 1) / trees;
        return Math.min(slot % trees * Trees.CHILDREN + slot / trees * (Trees.CHILDREN / sharers), children - 1);
    }

    int ofThisThread() {
        return (int) Thread.currentThread().threadId() & (count - 1);
    }

    long child(int slot) {
        return children.getOpaque((slot + 1) * LONGS_PER_LINE);
    }

    void remember(int slot, long child) {
        children.setOpaque((slot + 1) * LONGS_PER_LINE, child);
    }
}
