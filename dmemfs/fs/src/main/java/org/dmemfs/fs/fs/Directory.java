package org.dmemfs.fs.fs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmemfs.kernel.Patch;
import org.jspecify.annotations.Nullable;

/** A directory: names in the order in which they came (patch 01). Guarded by the lock of its {@link Namespace}. */
@Patch(v1 = 1, v2 = 1)
final class Directory extends Inode {
    private final Map<String, Inode> children = new LinkedHashMap<>();
    private int subdirectories;

    Directory(long number, String name) {
        super(number, name);
    }

    @Nullable
    Inode child(String childName) {
        return children.get(childName);
    }

    void add(String childName, Inode child) {
        children.put(childName, child);
        child.parent = this;
        child.name = childName;
        subdirectories += child instanceof Directory ? 1 : 0;
    }

    void remove(Inode child) {
        children.remove(child.name);
        child.parent = null;
        subdirectories -= child instanceof Directory ? 1 : 0;
    }

    boolean isEmpty() {
        return children.isEmpty();
    }

    List<String> names() {
        return List.copyOf(children.keySet());
    }

    /** Its own name, its dot, and one dot-dot per subdirectory. */
    int links() {
        return 2 + subdirectories;
    }

    /** Whether a directory is this one or below it. */
    boolean contains(Directory other) {
        for (Directory above = other; above != null; above = above.parent) {
            if (above == this) {
                return true;
            }
        }
        return false;
    }
}
