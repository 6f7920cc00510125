package org.dmemfs.conformance.scenarios.soak;

import java.util.List;
import java.util.function.Consumer;
import org.dmemfs.conformance.Soak;
import org.dmemfs.conformance.SoakPlan;
import org.dmemfs.conformance.SoakReport;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.vfio.Vfio;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The soak of the machine that this framework is. */
@Component
public final class MachineSoak implements Soak {
    private final SoakMachine machine;

    /**
     * On a machine.
     *
     * @param reservation what its boot took
     * @param memory its bytes
     * @param pool its dpages
     * @param addressSpaces its memory manager
     * @param dmemfs its file system
     * @param vfio its devices
     * @param memoryFailure where bad frames are reported
     * @param hypervisors its kinds of guest
     * @param allocators its allocators
     */
    @Activate
    public MachineSoak(@Reference Reservation reservation, @Reference PhysicalMemory memory, @Reference DmemPool pool,
            @Reference AddressSpaces addressSpaces, @Reference Dmemfs dmemfs, @Reference Vfio vfio,
            @Reference MemoryFailure memoryFailure,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<Hypervisor> hypervisors,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<RegionAllocatorFactory> allocators) {
        this.machine = new SoakMachine(reservation, memory, pool, addressSpaces, dmemfs, hypervisors, vfio,
                memoryFailure, allocators.stream().map(RegionAllocatorFactory::name).sorted().toList());
    }

    /**
     * {@inheritDoc}
     *
     * @throws ErrnoException EBUSY where the pool is in use
     */
    @Override
    public SoakReport run(SoakPlan plan, Consumer<SoakReport> everySecond) {
        if (machine.pool().usage().pageSize().isPresent()) {
            throw new ErrnoException(Errno.EBUSY,
                    "the pool is in use, and a soak wants a machine for itself: holders are "
                            + machine.pool().holders());
        }
        return new SoakRun(machine, plan).run(everySecond);
    }
}
