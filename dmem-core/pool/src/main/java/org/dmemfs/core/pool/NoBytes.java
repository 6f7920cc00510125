package org.dmemfs.core.pool;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;

/** The memory of a machine that nobody boots. */
final class NoBytes implements PhysicalMemory {
    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final PhysicalBytes bytes = new PhysicalBytes(MemorySegment.NULL, poisoned);

    @Override
    public MemoryBacking backing() {
        return MemoryBacking.SIMULATED;
    }

    @Override
    public String description() {
        return "nothing: the machine was not booted";
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
        throw new ErrnoException(Errno.EINVAL,
                "the frames from 0x%x on have no place on the host: their machine was not booted".formatted(pfn));
    }

    @Override
    public boolean poison(long pfn) {
        throw new ErrnoException(Errno.ENXIO,
                "the frame 0x%x cannot go bad: its machine was not booted".formatted(pfn));
    }

    @Override
    public PoisonedFrames poisoned() {
        return poisoned;
    }
}
