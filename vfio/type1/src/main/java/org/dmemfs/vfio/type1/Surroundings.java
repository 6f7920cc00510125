package org.dmemfs.vfio.type1;

import java.util.function.Supplier;
import org.dmemfs.core.DmemPages;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;

/**
 * What the containers stand on.
 *
 * @param memory the bytes
 * @param pages references on dpages
 * @param addressSpaces says which frames have a {@code struct page}
 * @param log the kernel log
 * @param settings what the configuration says now
 * @param locked what tasks have pinned of memory with {@code struct page}
 * @param posted the counts that dpages would have as posted
 */
record Surroundings(PhysicalMemory memory, DmemPages pages, AddressSpaces addressSpaces, KernelLog log,
        Supplier<Settings> settings, LockedMemory locked, PostedCounts posted) {
    Surroundings(PhysicalMemory memory, DmemPages pages, AddressSpaces addressSpaces, KernelLog log,
            Supplier<Settings> settings) {
        this(memory, pages, addressSpaces, log, settings, new LockedMemory(log), new PostedCounts(log));
    }
}
