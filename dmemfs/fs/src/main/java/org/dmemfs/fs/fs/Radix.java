package org.dmemfs.fs.fs;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A tree of 512-way nodes over leaves that each stand for a power of two of neighbouring keys. It is as high as its
 * largest key needs, so that a small file is one leaf and a sparse one of 16 TiB a path of nodes.
 *
 * <p>{@link #find}, {@link #ceiling} and {@link #findOrCreate} may run at once in any number of threads;
 * {@link #removeFrom} needs all others kept out.
 *
 * @param <L> the leaf
 */
final class Radix<L> {
    private static final int NODE_BITS = 9;
    private static final int NODE_SLOTS = 1 << NODE_BITS;

    private final int leafBits;
    private final LongFunction<L> newLeaf;
    private final AtomicReference<@Nullable Root> root = new AtomicReference<>();

    /** The top: at height 0 a leaf itself, above it a node of so many levels. */
    private record Root(int height, Object top) {
    }

    /**
     * An empty tree.
     *
     * @param leafBits each leaf stands for 2^leafBits keys
     * @param newLeaf makes the leaf that begins at a key; one made in vain is dropped
     */
    Radix(int leafBits, LongFunction<L> newLeaf) {
        this.leafBits = leafBits;
        this.newLeaf = newLeaf;
    }

    /** The leaf of a key, or null where there is none. Makes no garbage. */
    @Nullable
    L find(long key) {
        long place = key >>> leafBits;
        Root current = root.get();
        if (current == null || !covers(current.height(), place)) {
            return null;
        }
        Object node = current.top();
        for (int level = current.height() - 1; level >= 0; level--) {
            node = asNode(node).get(slot(place, level));
            if (node == null) {
                return null;
            }
        }
        return asLeaf(node);
    }

    /** The leaf of a key, made if there was none. */
    L findOrCreate(long key) {
        L found = find(key);
        return found != null ? found : create(key);
    }

    /** The first leaf that has the key or only larger ones, or null. */
    @Nullable
    L ceiling(long key) {
        long place = key >>> leafBits;
        Root current = root.get();
        if (current == null || !covers(current.height(), place)) {
            return null;
        }
        Object found = ceiling(current.top(), current.height(), place);
        return found == null ? null : asLeaf(found);
    }

    /** Drops all leaves whose keys are all at least a key. */
    void removeFrom(long key) {
        long place = (key >>> leafBits) + ((key & (1L << leafBits) - 1) == 0 ? 0 : 1);
        Root current = root.get();
        if (current != null && place == 0) {
            root.set(null);
        } else if (current != null && covers(current.height(), place)) {
            removeFrom(current.top(), current.height(), place);
        }
    }

    private L create(long key) {
        long place = key >>> leafBits;
        Root current = rootCovering(place);
        if (current.height() == 0) {
            return asLeaf(current.top());
        }
        Object node = current.top();
        for (int level = current.height() - 1; level >= 0; level--) {
            AtomicReferenceArray<@Nullable Object> slots = asNode(node);
            int slot = slot(place, level);
            Object child = slots.get(slot);
            if (child == null) {
                Object made = level == 0 ? newLeaf.apply(place << leafBits) : new AtomicReferenceArray<>(NODE_SLOTS);
                Object witness = slots.compareAndExchange(slot, null, made);
                child = witness == null ? made : witness;
            }
            node = child;
        }
        return asLeaf(node);
    }

    /** A root high enough for a place. The old one becomes its first child, so whoever still descends from it is right. */
    private Root rootCovering(long place) {
        while (true) {
            Root current = root.get();
            if (current != null && covers(current.height(), place)) {
                return current;
            }
            int height = current == null ? 0 : current.height() + 1;
            while (current == null && !covers(height, place)) {
                height++;
            }
            Object top = height == 0 ? newLeaf.apply(0) : new AtomicReferenceArray<@Nullable Object>(NODE_SLOTS);
            if (current != null) {
                asNode(top).set(0, current.top());
            }
            root.compareAndSet(current, new Root(height, top));
        }
    }

    private static @Nullable Object ceiling(Object node, int height, long place) {
        if (height == 0) {
            return node;
        }
        AtomicReferenceArray<@Nullable Object> slots = asNode(node);
        int first = slot(place, height - 1);
        for (int slot = first; slot < NODE_SLOTS; slot++) {
            Object child = slots.get(slot);
            Object found = child == null ? null : ceiling(child, height - 1, slot == first ? place : 0);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static void removeFrom(Object node, int height, long place) {
        AtomicReferenceArray<@Nullable Object> slots = asNode(node);
        int first = slot(place, height - 1);
        boolean firstStays = (place & (1L << NODE_BITS * (height - 1)) - 1) != 0;
        Object child = slots.get(first);
        if (firstStays && child != null) {
            removeFrom(child, height - 1, place);
        }
        for (int slot = first + (firstStays ? 1 : 0); slot < NODE_SLOTS; slot++) {
            slots.set(slot, null);
        }
    }

    private static boolean covers(int height, long place) {
        return NODE_BITS * height >= Long.SIZE || place >>> NODE_BITS * height == 0;
    }

    private static int slot(long place, int level) {
        return (int) (place >>> NODE_BITS * level) & NODE_SLOTS - 1;
    }

    @SuppressWarnings("unchecked") // above height 0 every slot holds such a node
    private static AtomicReferenceArray<@Nullable Object> asNode(Object node) {
        return (AtomicReferenceArray<@Nullable Object>) node;
    }

    @SuppressWarnings("unchecked") // at height 0 there are leaves only
    private L asLeaf(Object leaf) {
        return (L) leaf;
    }
}
