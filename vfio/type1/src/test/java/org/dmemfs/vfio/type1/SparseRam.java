package org.dmemfs.vfio.type1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;

/** RAM behind a sparse file that has no name any more: only what is touched costs. */
final class SparseRam implements PhysicalMemory, AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final PhysicalBytes bytes;

    SparseRam(long size) {
        try {
            Path file = Files.createTempFile("ram", ".sparse");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                bytes = new PhysicalBytes(channel.map(MapMode.READ_WRITE, 0, size, arena), poisoned);
            } finally {
                Files.delete(file);
            }
        } catch (IOException noFile) {
            throw new UncheckedIOException(noFile);
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
        throw new UnsupportedOperationException("no device asks where frames lie on the host");
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
