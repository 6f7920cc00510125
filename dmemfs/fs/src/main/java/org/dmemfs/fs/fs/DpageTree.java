package org.dmemfs.fs.fs;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.dmemfs.kernel.Patch;

/**
 * Which dpage stands at which index of a file: the xarray of {@code i_pages} (patch 05). An entry is the dpage's number,
 * its physical address over the page size; 0 is none, as physical address 0 is never dmem. One bit of it says that a
 * frame of the dpage went bad.
 *
 * <p>A leaf is known to the {@link OwnerIndex}, so that a dpage leads back to its file and index in one step.
 */
@Patch(v1 = 5, v2 = 5)
final class DpageTree {
    static final long NONE = 0;
    private static final long POISONED = 1L << 62;
    private static final int LEAF_BITS = 6;
    private static final int LEAF_SLOTS = 1 << LEAF_BITS;

    private final RegularFile file;
    private final Radix<Leaf> radix = new Radix<>(LEAF_BITS, Leaf::new);
    private final AtomicLong entries = new AtomicLong();

    /** Receives what leaves the tree. */
    @FunctionalInterface
    interface Dropped {
        void entry(long index, long entry);
    }

    DpageTree(RegularFile file) {
        this.file = file;
    }

    static long dpageOf(long entry) {
        return entry & ~POISONED;
    }

    static boolean isPoisoned(long entry) {
        return (entry & POISONED) != 0;
    }

    /** How many entries there are. */
    long size() {
        return entries.get();
    }

    /** The entry at an index, or {@link #NONE}. */
    long get(long index) {
        Leaf leaf = radix.find(index);
        return leaf == null ? NONE : leaf.slots.get(slot(index));
    }

    /** Puts a dpage at an index unless there is one; says whether it did. */
    boolean putIfAbsent(long index, long dpage) {
        boolean put = leaf(index).slots.compareAndSet(slot(index), NONE, dpage);
        if (put) {
            entries.incrementAndGet();
        }
        return put;
    }

    /** Puts a dpage at an index whatever stood there, as the series does; returns what stood there. */
    long overwrite(long index, long dpage) {
        long old = leaf(index).slots.getAndSet(slot(index), dpage);
        if (old == NONE) {
            entries.incrementAndGet();
        }
        return old;
    }

    /** The leaf that an index belongs to, made if there was none. */
    Leaf leaf(long index) {
        return radix.findOrCreate(index);
    }

    /** A frame of the dpage at an index went bad. No effect where there is no dpage. */
    void markPoisoned(long index) {
        Leaf leaf = radix.find(index);
        if (leaf != null) {
            leaf.slots.updateAndGet(slot(index), entry -> entry == NONE ? NONE : entry | POISONED);
        }
    }

    /** The first index with an entry from an index on, or -1. */
    long ceiling(long index) {
        for (Leaf leaf = radix.ceiling(index); leaf != null; leaf = radix.ceiling(leaf.firstIndex + LEAF_SLOTS)) {
            for (int slot = (int) Math.max(0, index - leaf.firstIndex); slot < LEAF_SLOTS; slot++) {
                if (leaf.slots.get(slot) != NONE) {
                    return leaf.firstIndex + slot;
                }
            }
        }
        return -1;
    }

    /** How many entries there are from one index to before another. */
    long count(long from, long to) {
        long count = 0;
        for (Leaf leaf = radix.ceiling(from); leaf != null && leaf.firstIndex < to; leaf = radix
                .ceiling(leaf.firstIndex + LEAF_SLOTS)) {
            int end = (int) Math.min(LEAF_SLOTS, to - leaf.firstIndex);
            for (int slot = (int) Math.max(0, from - leaf.firstIndex); slot < end; slot++) {
                count += leaf.slots.get(slot) == NONE ? 0 : 1;
            }
        }
        return count;
    }

    /** Takes every entry from one index to before another out; needs the file's lock exclusively. */
    void drop(long from, long to, Dropped dropped) {
        for (Leaf leaf = radix.ceiling(from); leaf != null && leaf.firstIndex < to; leaf = radix
                .ceiling(leaf.firstIndex + LEAF_SLOTS)) {
            int first = (int) Math.max(0, from - leaf.firstIndex);
            int end = (int) Math.min(LEAF_SLOTS, to - leaf.firstIndex);
            for (int slot = first; slot < end; slot++) {
                long entry = leaf.slots.getAndSet(slot, NONE);
                if (entry != NONE) {
                    entries.decrementAndGet();
                    dropped.entry(leaf.firstIndex + slot, entry);
                }
            }
        }
        if (to == Long.MAX_VALUE) {
            radix.removeFrom(from);
        }
    }

    private static int slot(long index) {
        return (int) index & LEAF_SLOTS - 1;
    }

    /** The entries of 64 neighbouring indexes. */
    final class Leaf {
        private final long firstIndex;
        private final AtomicLongArray slots = new AtomicLongArray(LEAF_SLOTS);

        private Leaf(long firstIndex) {
            this.firstIndex = firstIndex;
        }

        RegularFile file() {
            return file;
        }

        /** The index where a dpage stands, or -1. */
        long indexOf(long dpage) {
            for (int slot = 0; slot < LEAF_SLOTS; slot++) {
                if (dpageOf(slots.get(slot)) == dpage) {
                    return firstIndex + slot;
                }
            }
            return -1;
        }

        @Override
        public String toString() {
            return file + " from index " + firstIndex;
        }
    }
}
