package org.dmemfs.conformance.scenarios.compare;

import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.vfio.Vfio;

/** The machine that a scheme runs on. */
record SchemeMachine(Reservation reservation, PhysicalMemory memory, AddressSpaces addressSpaces,
        SystemCalls systemCalls, Hypervisor hypervisor, Vfio vfio, MemoryFailure memoryFailure,
        LockedMemoryLimit lockedMemory) {
}
