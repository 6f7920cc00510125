package org.dmemfs.fs.fs;

import org.dmemfs.core.Holder;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.FileMapping;
import org.jspecify.annotations.Nullable;

/**
 * A file: its size, its dpages and its mappings (patch 05).
 *
 * <p>{@link #lock} is held shared from the look-up of a dpage until its entry is in a page table, and exclusively while
 * dpages leave the file. {@link #size} and {@link #evicted} change only under the exclusive lock.
 */
@Patch(v1 = 5, v2 = 5)
final class RegularFile extends Inode {
    final FileLock lock = new FileLock();
    /** Its place among the live files; guarded by the lock of the {@link Namespace}. */
    final LiveFiles.Place place = new LiveFiles.Place();
    private final SuperBlock superBlock;
    private final PathName createdAs;
    private final FileMapping mapping;
    private final DpageTree tree = new DpageTree(this);
    private final FileVmOperations vmOperations;

    /** The names, open files and mappings that it has; guarded by the lock of the {@link Namespace}. */
    int links;
    int opens;
    int maps;
    /** Who keeps its dpages, once it has or had some; set under the lock of the {@link Namespace}. */
    volatile @Nullable Holder holder;

    private volatile long size;
    private volatile boolean evicted;

    RegularFile(long number, PathName createdAs, SuperBlock superBlock, FileMapping mapping) {
        super(number, createdAs.last());
        this.superBlock = superBlock;
        this.createdAs = createdAs;
        this.mapping = mapping;
        this.vmOperations = new FileVmOperations(this);
    }

    SuperBlock superBlock() {
        return superBlock;
    }

    /** Under which name it keeps dpages: the one it was created with, as the pool counts by it. */
    Holder holder() {
        Holder known = holder;
        return known == null ? superBlock.namespace().holderOf(this, createdAs) : known;
    }

    FileMapping mapping() {
        return mapping;
    }

    DpageTree tree() {
        return tree;
    }

    FileVmOperations vmOperations() {
        return vmOperations;
    }

    PageSize pageSize() {
        return superBlock.pageSize();
    }

    long size() {
        return size;
    }

    void setSize(long bytes) {
        size = bytes;
    }

    boolean evicted() {
        return evicted;
    }

    void setEvicted() {
        evicted = true;
        size = 0;
    }

    /** Whether something stands behind an index: it lies before the end of the file. */
    boolean has(long index) {
        int shift = pageSize().shift();
        return index >= 0 && index <= Long.MAX_VALUE >> shift && index << shift < size;
    }

    /** Its 4K pages in one dpage, the place of the first of them by index. */
    long firstPage(long index) {
        return index << pageSize().shift() - PageSize.SIZE_4K.shift();
    }

    String use() {
        return maps > 0 ? "mapped" : "open";
    }
}
