package org.dmemfs.reserve.simulatedram;

import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.reserve.DirectMap;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;

/** RAM of which the kernel's part and the dmem regions are sparse shared memory alike. */
public final class SimulatedRam implements PhysicalMemory, AutoCloseable {
    /** Windows on it may map any page size, so addresses in the direct map are as aligned as physical ones. */
    private static final PageSize UNIT = PageSize.SIZE_2M;

    private final DirectMap directMap;

    /**
     * Lays the machine out.
     *
     * @throws org.dmemfs.kernel.ErrnoException ENOMEM where the host has not that much address space
     */
    public SimulatedRam(HostMemory host, Reservation reservation) {
        directMap = DirectMap.of(host, reservation, UNIT, bytes -> host.createSparse("dmem", bytes));
    }

    @Override
    public MemoryBacking backing() {
        return MemoryBacking.SIMULATED;
    }

    @Override
    public String description() {
        return MemorySize.format(directMap.dmemMemory().map(SharedMemory::bytes).orElse(0L))
                + " of dmem as sparse shared memory, of which only touched pages are taken";
    }

    @Override
    public long hostBytes() {
        return directMap.hostBytes();
    }

    @Override
    public PhysicalBytes bytes() {
        return directMap.bytes();
    }

    @Override
    public HostRange hostRange(long pfn, long count) {
        return directMap.hostRange(pfn, count);
    }

    @Override
    public boolean poison(long pfn) {
        return directMap.poison(pfn);
    }

    @Override
    public PoisonedFrames poisoned() {
        return directMap.poisoned();
    }

    @Override
    public void close() {
        directMap.close();
    }
}
