package org.dmemfs.kvm.hostkvm;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;

/** RAM in one shared memory, the physical address being the offset. */
final class WindowMemory implements PhysicalMemory, AutoCloseable {
    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final SharedMemory memory;
    private final AddressWindow window;
    private final PhysicalBytes bytes;

    WindowMemory(HostMemory host, SharedMemory memory) {
        this.memory = memory;
        window = host.reserve(memory.bytes(), PageSize.SIZE_2M);
        window.map(0, memory, 0, memory.bytes());
        bytes = new PhysicalBytes(window.segment(), poisoned);
    }

    @Override
    public MemoryBacking backing() {
        return MemoryBacking.SIMULATED;
    }

    @Override
    public String description() {
        return memory.name();
    }

    @Override
    public long hostBytes() {
        return memory.allocatedBytes();
    }

    @Override
    public PhysicalBytes bytes() {
        return bytes;
    }

    @Override
    public HostRange hostRange(long pfn, long count) {
        return new HostRange(memory, pfn << 12, count << 12);
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
        window.close();
        memory.close();
    }
}
