package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.dmemfs.felix.UsageException;
import org.jspecify.annotations.Nullable;

/** The user's own folder for what lives no longer than a process: sockets of machines that are up, and storage. */
final class RuntimeFolder {
    private static final String STORAGE = "storage-";
    private static final String LOCK = "lock";
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path DISK = Path.of("/tmp");

    private final Path folder;

    RuntimeFolder(Path folder) {
        this.folder = folder;
    }

    static RuntimeFolder ofUser() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && !runtime.isBlank() && Files.isWritable(Path.of(runtime))) {
            return new RuntimeFolder(Path.of(runtime).resolve("dmem"));
        }
        // A framework's storage is some hundred small files, which a disk takes longer over than the machine takes to boot.
        Path common = Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : DISK;
        return new RuntimeFolder(common.resolve("dmem-" + userId()).resolve("dmem"));
    }

    private static String userId() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException unknown) {
            return System.getProperty("user.name", "user");
        }
    }

    Path path() {
        return folder;
    }

    Path socket(String name) {
        return folder.resolve(name + ".sock");
    }

    /** The names of all sockets, of living and dead machines. */
    List<String> socketNames() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder, "*.sock")) {
            for (Path socket : sockets) {
                String name = folder.relativize(socket).toString();
                names.add(name.substring(0, name.length() - ".sock".length()));
            }
        } catch (IOException absent) {
            return List.of();
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    /** A folder for one framework, locked until it is given back; those of dead processes are removed first. */
    Storage takeStorage() {
        try {
            ensure();
            removeAbandoned();
            Path taken = Files.createTempDirectory(folder, STORAGE);
            OWN.add(taken);
            Path unlocked = taken.resolve(LOCK + ".new");
            FileChannel channel = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel.lock();
            // Under its name it is locked from the first moment: whoever looks for abandoned folders could take it else.
            Files.move(unlocked, taken.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
            return new Storage(taken, channel);
        } catch (IOException failed) {
            throw new UncheckedIOException(folder + " cannot be used: " + failed.getMessage(), failed);
        }
    }

    void ensure() throws IOException {
        Path parent = folder.getParent();
        for (Path each : parent == null ? List.of(folder) : List.of(parent, folder)) {
            if (!Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(each, PosixFilePermissions
                        .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        }
        // In a folder of everybody's anyone may have made the folder first, to read what passes over the sockets.
        if (!String.valueOf(Files.getAttribute(folder, "unix:uid")).equals(userId())) {
            throw new UsageException(folder + " belongs to another user: set XDG_RUNTIME_DIR to a folder of your own");
        }
    }

    private void removeAbandoned() throws IOException {
        try (DirectoryStream<Path> storages = Files.newDirectoryStream(folder, STORAGE + "*")) {
            for (Path storage : storages) {
                if (isAbandoned(storage)) {
                    removeTree(storage);
                }
            }
        }
    }

    private static boolean isAbandoned(Path storage) {
        // Closing any channel of a file gives back all locks that the process has on it.
        if (OWN.contains(storage)) {
            return false;
        }
        Path lock = storage.resolve(LOCK);
        if (!Files.exists(lock)) {
            // Its owner may be between making the folder and locking it.
            return storage.toFile().lastModified() < System.currentTimeMillis() - 60_000;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            return held != null;
        } catch (IOException | OverlappingFileLockException alive) {
            return false;
        }
    }

    static void removeTree(@Nullable Path root) {
        if (root == null || !Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException busy) {
            // Somebody else removes it at the same time; the next start looks again.
            return;
        }
    }

    /** A framework's folder on disk. */
    record Storage(Path path, FileChannel lock) implements AutoCloseable {
        @Override
        public void close() {
            removeTree(path);
            OWN.remove(path);
            try {
                lock.close();
            } catch (IOException alreadyGone) {
                return;
            }
        }
    }
}
