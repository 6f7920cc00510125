package org.dmemfs.fs.fs;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dmemfs.kernel.Patch;
import org.jspecify.annotations.Nullable;

/**
 * From a dpage to the leaf of the file that has it, for all mounts together: what a bad page costs does not grow with the
 * number of files, while the series searches all inodes (patch 32). It keeps one reference per dpage, 4 bytes on a JVM
 * with compressed references.
 */
@Patch(v1 = 32, v2 = 32)
final class OwnerIndex {
    private static final int LEAF_BITS = 9;

    private final Radix<AtomicReferenceArray<DpageTree.@Nullable Leaf>> radix = new Radix<>(LEAF_BITS,
            first -> new AtomicReferenceArray<>(1 << LEAF_BITS));

    /** Who has a dpage, or null. */
    DpageTree.@Nullable Leaf find(long dpage) {
        AtomicReferenceArray<DpageTree.@Nullable Leaf> leaf = radix.find(dpage);
        return leaf == null ? null : leaf.get(slot(dpage));
    }

    void put(long dpage, DpageTree.Leaf owner) {
        radix.findOrCreate(dpage).set(slot(dpage), owner);
    }

    void remove(long dpage) {
        AtomicReferenceArray<DpageTree.@Nullable Leaf> leaf = radix.find(dpage);
        if (leaf != null) {
            leaf.set(slot(dpage), null);
        }
    }

    private static int slot(long dpage) {
        return (int) dpage & (1 << LEAF_BITS) - 1;
    }
}
