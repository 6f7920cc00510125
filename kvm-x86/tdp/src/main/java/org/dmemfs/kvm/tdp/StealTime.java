package org.dmemfs.kvm.tdp;

import java.util.function.LongSupplier;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.PhysicalBytes;

/**
 * The steal time of one processor ({@code record_steal_time}): what its thread waited since it last ran is added to a
 * record in guest memory. Used by one thread at a time.
 */
final class StealTime {
    private static final long NONE = -1;
    private static final long RECORD = 64;
    private static final long VERSION_AND_FLAGS = 8;
    private static final long VERSION = 0xFFFF_FFFFL;

    private final Mmu mmu;
    private final HypervisorMap map;
    private final PhysicalBytes bytes;
    private final LongSupplier runDelayNanoseconds;
    private long record = NONE;
    private long lastDelay;
    private long lastThread;

    StealTime(Mmu mmu, HypervisorMap map, PhysicalBytes bytes, LongSupplier runDelayNanoseconds) {
        this.mmu = mmu;
        this.map = map;
        this.bytes = bytes;
        this.runDelayNanoseconds = runDelayNanoseconds;
    }

    void enable(long guestPhysicalAddress) {
        if (guestPhysicalAddress < 0 || guestPhysicalAddress % RECORD != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the record of steal time at guest physical address 0x%x is not at a "
                            .formatted(guestPhysicalAddress) + "multiple of 64");
        }
        record = guestPhysicalAddress;
    }

    /** Called when the processor begins to run. A record that cannot be reached is left out, as the kernel does. */
    void update() {
        if (record == NONE || !map.recordsStealTime()) {
            return;
        }
        long delay = runDelayNanoseconds.getAsLong();
        long thread = Thread.currentThread().threadId();
        long waited = thread == lastThread ? delay - lastDelay : 0;
        try {
            mmu.onFrame(record, true, pfn -> add(map.addressOf(pfn) + (record & 0xFFF), waited));
        } catch (ErrnoException unreachable) {
            return;
        }
        lastDelay = delay;
        lastThread = thread;
    }

    private long add(long address, long waited) {
        long versionAndFlags = bytes.loadLong(address + VERSION_AND_FLAGS);
        long version = versionAndFlags & VERSION;
        long odd = version + 1 | 1;
        bytes.storeLong(address + VERSION_AND_FLAGS, versionAndFlags & ~VERSION | odd & VERSION);
        long steal = bytes.loadLong(address) + waited;
        bytes.storeLong(address, steal);
        bytes.storeLong(address + VERSION_AND_FLAGS, versionAndFlags & ~VERSION | odd + 1 & VERSION);
        return steal;
    }
}
