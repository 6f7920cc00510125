package org.dmemfs.felix.dist;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Huge pages of the host for a test, given back at its end. The pool belongs to the whole host: a file lock keeps other
 * tests away from it meanwhile.
 */
final class HugePages implements AutoCloseable {
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Path folder;
    private final long before;
    private final long wanted;
    private final long granted;

    private HugePages(long bytes, long wanted) throws IOException {
        this.lockFile = FileChannel.open(Path.of(System.getProperty("java.io.tmpdir"), "dmem-hugetlb.lock"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        this.lock = lockFile.lock();
        this.folder = Path.of("/sys/kernel/mm/hugepages/hugepages-%dkB".formatted(bytes >> 10));
        this.wanted = wanted;
        this.before = Files.exists(folder) ? read("nr_hugepages") : 0;
        this.granted = Files.isWritable(folder.resolve("nr_hugepages")) ? write(before + wanted) - before : 0;
    }

    static HugePages take(long bytes, long wanted) throws IOException {
        return new HugePages(bytes, wanted);
    }

    boolean granted() {
        return granted >= wanted;
    }

    String sentence() {
        return "the host gave %d of %d huge pages in %s".formatted(granted, wanted, folder);
    }

    long free() throws IOException {
        return read("free_hugepages");
    }

    long count() {
        return before + granted;
    }

    private long write(long pages) throws IOException {
        Files.writeString(folder.resolve("nr_hugepages"), Long.toString(pages));
        return read("nr_hugepages");
    }

    private long read(String file) throws IOException {
        return Long.parseLong(Files.readString(folder.resolve(file)).trim());
    }

    @Override
    public void close() throws IOException {
        try {
            if (granted > 0) {
                write(before);
            }
        } finally {
            lock.release();
            lockFile.close();
        }
    }
}
