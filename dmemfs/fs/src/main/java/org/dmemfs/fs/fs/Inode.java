package org.dmemfs.fs.fs;

import org.jspecify.annotations.Nullable;

/** What a name stands for. Its place among the names is guarded by the lock of its {@link Namespace}. */
abstract sealed class Inode permits Directory, RegularFile {
    private final long number;
    @Nullable
    Directory parent;
    String name;

    Inode(long number, String name) {
        this.number = number;
        this.name = name;
    }

    long number() {
        return number;
    }

    /** From the root of the mount; of an unlinked file the name that it had, marked as the kernel marks it. */
    String path() {
        StringBuilder path = new StringBuilder(name);
        for (Directory above = parent; above != null; above = above.parent) {
            path.insert(0, above.parent == null ? "/" : above.name + "/");
        }
        return path.charAt(0) == '/' ? path.toString() : "/" + path;
    }

    @Override
    public String toString() {
        return path();
    }
}
