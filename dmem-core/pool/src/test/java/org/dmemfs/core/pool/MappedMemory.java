package org.dmemfs.core.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;

/** Physical memory for tests of the pool: a sparse file, mapped from address 0. */
final class MappedMemory implements PhysicalMemory, AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final PhysicalBytes bytes;

    MappedMemory(long endOfRam) {
        // A file system may not have files of 16 TiB: of so much memory a test touches no byte.
        long mapped = Math.min(endOfRam, 1L << 40);
        try {
            Path file = Files.createTempFile("dmemfs-pool", ".ram");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE)) {
                bytes = new PhysicalBytes(channel.map(FileChannel.MapMode.READ_WRITE, 0, mapped, arena), poisoned);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public MemoryBacking backing() {
        return MemoryBacking.SIMULATED;
    }

    @Override
    public String description() {
        return "a sparse file";
    }

    @Override
    public long hostBytes() {
        return 0;
    }

    @Override
    public PhysicalBytes bytes() {
        return bytes;
    }

    @Override
    public HostRange hostRange(long pfn, long count) {
        throw new ErrnoException(Errno.EINVAL, "the pool does not ask where memory lies on the host");
    }

    @Override
    public boolean poison(long pfn) {
        return poisoned.add(pfn);
    }

    @Override
    public PoisonedFrames poisoned() {
        return poisoned;
    }

    @Override
    public void close() {
        arena.close();
    }
}
