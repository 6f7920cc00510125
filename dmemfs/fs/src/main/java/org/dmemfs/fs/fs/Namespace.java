package org.dmemfs.fs.fs;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.dmemfs.core.Holder;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;

/**
 * The names of a mount and the life of its files: which are named, open and mapped (patch 01). Everything here is
 * guarded by one lock, under which nothing else is called. A file that has none of the three any more is handed back to
 * be evicted, exactly once.
 */
@Patch(v1 = 1, v2 = 1)
final class Namespace {
    private final ReentrantLock lock = new ReentrantLock();
    private final String target;
    private final Directory root;
    private final LiveFiles live = new LiveFiles();
    private final Set<String> holderNames = new HashSet<>();
    private long nextNumber = 1;
    private volatile boolean ended;

    Namespace(String target) {
        this.target = target;
        this.root = new Directory(nextNumber++, "");
    }

    /** Runs something with the names held still; answers ENODEV once the mount has ended. */
    <T> T reading(Supplier<T> reader) {
        lock.lock();
        try {
            checkMounted();
            return reader.get();
        } finally {
            lock.unlock();
        }
    }

    /** A path from the root, also once the mount has ended. */
    String pathOf(RegularFile file) {
        lock.lock();
        try {
            return file.path() + (file.links == 0 ? " (deleted)" : "");
        } finally {
            lock.unlock();
        }
    }

    /** Makes a file and opens it. */
    RegularFile create(PathName path, LongFunction<RegularFile> newFile) {
        return reading(() -> {
            Directory parent = parentForNew(path);
            RegularFile file = newFile.apply(nextNumber++);
            parent.add(path.last(), file);
            file.links = 1;
            file.opens = 1;
            live.add(file);
            return file;
        });
    }

    RegularFile open(PathName path) {
        return reading(() -> {
            RegularFile file = fileAt(path);
            file.opens++;
            return file;
        });
    }

    /** An open file was closed; says whether to evict it. */
    boolean closed(RegularFile file) {
        lock.lock();
        try {
            file.opens--;
            return leaves(file);
        } finally {
            lock.unlock();
        }
    }

    void mapped(RegularFile file) {
        lock.lock();
        try {
            file.maps++;
        } finally {
            lock.unlock();
        }
    }

    /** A mapping went; says whether to evict the file. */
    boolean unmapped(RegularFile file) {
        lock.lock();
        try {
            file.maps--;
            return leaves(file);
        } finally {
            lock.unlock();
        }
    }

    void mkdir(PathName path) {
        reading(() -> {
            parentForNew(path).add(path.last(), new Directory(nextNumber++, path.last()));
            return path;
        });
    }

    void rmdir(PathName path) {
        reading(() -> {
            Directory directory = directoryAt(path);
            if (directory == root) {
                throw new ErrnoException(Errno.EBUSY, "the root of " + target + " cannot be removed");
            }
            requireEmpty(directory);
            parentOf(directory).remove(directory);
            return path;
        });
    }

    /** Removes a name; answers the files to evict. */
    List<RegularFile> unlink(PathName path) {
        return reading(() -> {
            RegularFile file = fileAt(path);
            parentOf(file).remove(file);
            return withoutName(file);
        });
    }

    /** Moves a name, replacing what the new one stood for; answers the files to evict. */
    List<RegularFile> rename(PathName from, PathName to) {
        return reading(() -> {
            Inode moved = inodeAt(from);
            if (moved == root || to.isRoot()) {
                throw new ErrnoException(Errno.EBUSY, "the root of " + target + " cannot be renamed or replaced");
            }
            Directory parent = parentAt(to);
            if (moved instanceof Directory directory && directory.contains(parent)) {
                throw new ErrnoException(Errno.EINVAL,
                        "the directory " + from.text() + " cannot move to " + to.text() + " inside itself");
            }
            Inode replaced = parent.child(to.last());
            if (replaced == moved) {
                return List.of();
            }
            if (replaced != null) {
                checkReplaceable(moved, replaced, to);
                parent.remove(replaced);
            }
            parentOf(moved).remove(moved);
            parent.add(to.last(), moved);
            return replaced instanceof RegularFile file ? withoutName(file) : List.of();
        });
    }

    Inode inodeAt(PathName path) {
        if (path.isRoot()) {
            return root;
        }
        Inode found = parentAt(path).child(path.last());
        if (found == null) {
            throw new ErrnoException(Errno.ENOENT, "\"" + path.text() + "\" does not exist on " + target);
        }
        return found;
    }

    Directory directoryAt(PathName path) {
        if (inodeAt(path) instanceof Directory directory) {
            return directory;
        }
        throw new ErrnoException(Errno.ENOTDIR, "\"" + path.text() + "\" is not a directory");
    }

    /** Ends the mount unless a file is in use; answers the files to evict. */
    List<RegularFile> endUnlessBusy() {
        return reading(() -> {
            for (RegularFile file : live.list()) {
                if (file.opens > 0 || file.maps > 0) {
                    throw new ErrnoException(Errno.EBUSY,
                            target + " is busy: its file " + file.path() + " is " + file.use());
                }
            }
            return endLocked();
        });
    }

    /** Ends the mount; answers the files to evict, or empty where it had ended. */
    Optional<List<RegularFile>> end() {
        lock.lock();
        try {
            return ended ? Optional.empty() : Optional.of(endLocked());
        } finally {
            lock.unlock();
        }
    }

    /** Under which name a file keeps its first dpage: the path it was created with, and its number where that is taken. */
    Holder holderOf(RegularFile file, PathName createdAs) {
        String path = createdAs.under(target);
        lock.lock();
        try {
            Holder known = file.holder;
            if (known != null) {
                return known;
            }
            String unique = holderNames.contains(path) ? path + " inode " + file.number() : path;
            if (live.contains(file)) {
                holderNames.add(unique);
            }
            Holder made = new Holder("file", unique);
            file.holder = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    void checkMounted() {
        if (ended) {
            throw new ErrnoException(Errno.ENODEV, target + " is not mounted any more");
        }
    }

    private List<RegularFile> endLocked() {
        ended = true;
        return live.removeAll();
    }

    private List<RegularFile> withoutName(RegularFile file) {
        file.links = 0;
        return leaves(file) ? List.of(file) : List.of();
    }

    private boolean leaves(RegularFile file) {
        boolean leaves = file.links == 0 && file.opens == 0 && file.maps == 0 && live.remove(file);
        Holder holder = file.holder;
        if (leaves && holder != null) {
            holderNames.remove(holder.name());
        }
        return leaves;
    }

    private Directory parentForNew(PathName path) {
        if (!path.isRoot()) {
            Directory parent = parentAt(path);
            if (parent.child(path.last()) == null) {
                return parent;
            }
        }
        throw new ErrnoException(Errno.EEXIST, "\"" + path.text() + "\" exists on " + target);
    }

    private Directory parentAt(PathName path) {
        Directory current = root;
        for (int place = 0; place < path.parents(); place++) {
            String component = path.component(place);
            Inode next = current.child(component);
            if (next == null) {
                throw new ErrnoException(Errno.ENOENT,
                        "\"" + path.text() + "\" does not exist on " + target + ": there is no " + component);
            }
            if (!(next instanceof Directory directory)) {
                throw new ErrnoException(Errno.ENOTDIR, "\"" + component + "\" in \"" + path.text()
                        + "\" is a file, not a directory");
            }
            current = directory;
        }
        return current;
    }

    private RegularFile fileAt(PathName path) {
        if (inodeAt(path) instanceof RegularFile file) {
            return file;
        }
        throw new ErrnoException(Errno.EISDIR, "\"" + path.text() + "\" is a directory");
    }

    private Directory parentOf(Inode inode) {
        return inode.parent == null ? root : inode.parent;
    }

    private static void checkReplaceable(Inode moved, Inode replaced, PathName to) {
        if (moved instanceof Directory && !(replaced instanceof Directory)) {
            throw new ErrnoException(Errno.ENOTDIR, "\"" + to.text() + "\" is a file: a directory cannot replace it");
        }
        if (replaced instanceof Directory directory) {
            if (!(moved instanceof Directory)) {
                throw new ErrnoException(Errno.EISDIR,
                        "\"" + to.text() + "\" is a directory: a file cannot replace it");
            }
            requireEmpty(directory);
        }
    }

    private static void requireEmpty(Directory directory) {
        if (!directory.isEmpty()) {
            throw new ErrnoException(Errno.ENOTEMPTY, directory.path() + " is not empty: it has "
                    + directory.names().getFirst());
        }
    }
}
