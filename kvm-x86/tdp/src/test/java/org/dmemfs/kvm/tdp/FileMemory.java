package org.dmemfs.kvm.tdp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;

/** 3 GiB of RAM in a sparse temporary file, dmem from 1 GiB on: an interpreter needs nothing of the host. */
final class FileMemory implements PhysicalMemory {
    private static final long GIBIBYTE = 1L << 30;
    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final PhysicalBytes bytes;

    FileMemory(Arena arena) {
        try {
            Path file = Files.createTempFile("guest", ".ram");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE)) {
                MemorySegment map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 3 * GIBIBYTE, arena);
                bytes = new PhysicalBytes(map, poisoned);
            } finally {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Reservation reservation() {
        MemoryMap map = new MemoryMap(
                List.of(new MemoryRange(0, GIBIBYTE, 0, FrameKind.RAM, "System RAM"),
                        new MemoryRange(GIBIBYTE, 3 * GIBIBYTE, 0, FrameKind.DMEM, "dmem"),
                        new MemoryRange(3 * GIBIBYTE, 4 * GIBIBYTE, 0, FrameKind.SET_ASIDE, "System RAM"),
                        new MemoryRange(4 * GIBIBYTE, 5 * GIBIBYTE, -1, FrameKind.DEVICE, "PCI Bus 0000:00")));
        return new Reservation("test", "a test", "dmem=2G", map, NumaTopology.uniform(NodeMask.of(0)), List.of(),
                List.of(), List.of());
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
        throw new ErrnoException(Errno.EINVAL, "no descriptor behind frame " + pfn);
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
