package org.dmemfs.conformance.scenarios.soak;

import java.util.List;
import org.dmemfs.core.DmemPool;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.vfio.Vfio;

/**
 * The machine that is soaked.
 *
 * @param reservation what its boot took
 * @param memory its bytes
 * @param pool its dpages
 * @param addressSpaces its memory manager
 * @param dmemfs its file system
 * @param hypervisors its kinds of guest
 * @param vfio its devices
 * @param memoryFailure where bad frames are reported
 * @param allocators the names of the allocators that it has
 */
public record SoakMachine(Reservation reservation, PhysicalMemory memory, DmemPool pool, AddressSpaces addressSpaces,
        Dmemfs dmemfs, List<Hypervisor> hypervisors, Vfio vfio, MemoryFailure memoryFailure,
        List<String> allocators) {
    /** Copies the lists. */
    public SoakMachine {
        hypervisors = List.copyOf(hypervisors);
        allocators = List.copyOf(allocators);
    }
}
