package org.dmemfs.kvm.tdp;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.dmemfs.reserve.PhysicalMemory;

/**
 * What all machines of this kind share.
 *
 * @param physicalMemory the bytes
 * @param mmioFrames which frames are devices
 * @param mappingSize how large entries may be
 * @param hypervisorMap which frames the hypervisor itself reaches
 * @param bootTables the page tables that guests start with
 * @param runDelayNanoseconds how long the calling thread waited for a processor
 */
record Platform(PhysicalMemory physicalMemory, MmioFrames mmioFrames, MappingSize mappingSize,
        HypervisorMap hypervisorMap, MemorySegment bootTables, LongSupplier runDelayNanoseconds) {
}
