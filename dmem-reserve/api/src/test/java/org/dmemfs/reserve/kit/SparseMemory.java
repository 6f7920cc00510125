package org.dmemfs.reserve.kit;

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

/** Physical memory from address 0: a sparse file that has no name any more, so only what is touched costs. */
public final class SparseMemory implements PhysicalMemory {
    private static final long MAPPED_AT_MOST = 1L << 40;

    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final PhysicalBytes bytes;

    /**
     * Maps it.
     *
     * @param arena the memory lives as long
     * @param endOfRam the first physical address that is no memory; a file system may not have a file of so many bytes, so
     *        beyond a TiB no byte can be touched
     */
    public SparseMemory(Arena arena, long endOfRam) {
        try {
            Path file = Files.createTempFile("dmemfs", ".ram");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                bytes = new PhysicalBytes(channel.map(FileChannel.MapMode.READ_WRITE, 0,
                        Math.min(endOfRam, MAPPED_AT_MOST), arena), poisoned);
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
        throw new ErrnoException(Errno.EINVAL, "no descriptor stands behind frame " + pfn);
    }

    @Override
    public boolean poison(long pfn) {
        return poisoned.add(pfn);
    }

    @Override
    public PoisonedFrames poisoned() {
        return poisoned;
    }
}
