package org.dmemfs.bench;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A file created, closed, looked up and unlinked in a directory of 1,000 files. The peer is jimfs, a file system in the Java
 * heap.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class NamesBenchmark {
    private static final int OTHERS = 1000;
    private static final String NAME = "/directory/name";

    private FileMachine machine;
    private Mount mount;
    private FileSystem jimfs;
    private Path path;

    /** Boots. */
    @Setup
    public void boot() throws IOException {
        machine = FileMachine.of("1x10G", "6G:1G", PageSize.SIZE_4K, 0);
        mount = machine.mount();
        jimfs = Jimfs.newFileSystem(Configuration.unix());
        mount.mkdir("/directory");
        Files.createDirectory(jimfs.getPath("/directory"));
        for (int other = 0; other < OTHERS; other++) {
            mount.create("/directory/other" + other).close();
            Files.createFile(jimfs.getPath("/directory/other" + other));
        }
        path = jimfs.getPath(NAME);
    }

    /** Ends the machine. */
    @TearDown
    public void close() throws IOException {
        jimfs.close();
        machine.close();
    }

    /**
     * dmemfs.
     *
     * @return the size of the file
     */
    @Benchmark
    public long dmemfs() {
        try (OpenFile made = mount.create(NAME)) {
            if (made.size() != 0) {
                throw new IllegalStateException("a new file is not empty");
            }
        }
        long size = mount.stat(NAME).bytes();
        mount.unlink(NAME);
        return size;
    }

    /**
     * The peer.
     *
     * @return the size of the file
     * @throws IOException never
     */
    @Benchmark
    public long peer() throws IOException {
        Files.createFile(path);
        long size = Files.size(path);
        Files.delete(path);
        return size;
    }
}
