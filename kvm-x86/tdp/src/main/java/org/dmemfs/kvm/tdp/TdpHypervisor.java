package org.dmemfs.kvm.tdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.BootPageTables;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.linux.MissingFacility;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The kind of guest that needs nothing of the host. */
@Component(configurationPid = "org.dmemfs.kvm.tdp", property = {"guest=tdp", "service.ranking:Integer=0"})
@Designate(ocd = TdpHypervisor.Configuration.class)
public final class TdpHypervisor implements Hypervisor {
    private static final String STOPPED = "its kind of guest, tdp, was stopped";

    private final Platform platform;
    private final KernelLog log;
    private final String reason;
    private final List<TdpMachine> machines = new ArrayList<>();
    private boolean stopped;

    /** How the component is configured. */
    @ObjectClassDefinition(name = "Guests in Java", description = "Second-level tables and an interpreter.")
    public @interface Configuration {
        /**
         * Which answers it gives.
         *
         * @return repaired, v2 or v1
         */
        @AttributeDefinition(name = "Series", description = "repaired, v2 or v1")
        String series() default "repaired";

        /**
         * The patches that are taken out.
         *
         * @return numbers of the series; 33 has an effect here
         */
        @AttributeDefinition(name = "Without", description = "The numbers of the patches that are taken out")
        int[] without() default {};
    }

    /**
     * Ready to make machines.
     *
     * @param addressSpaces must be there as long as guests are: they run on its memory
     * @param physicalMemory the bytes
     * @param reservation says what each frame is
     * @param dmemPages says which frames are dmem
     * @param missing why the host runs no guests itself, where it does not
     * @param log gets a line for each machine that a stop ends
     * @param configuration the series
     */
    @Activate
    public TdpHypervisor(@Reference AddressSpaces addressSpaces, @Reference PhysicalMemory physicalMemory,
            @Reference Reservation reservation, @Reference DmemPages dmemPages,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, target = "(facility=HostKvm)") @Nullable MissingFacility missing,
            @Reference KernelLog log, Configuration configuration) {
        this(physicalMemory, reservation, dmemPages, log, SeriesVersion.parse(configuration.series()),
                patchesOut(configuration), new RunDelay(), missing);
    }

    private static Set<Integer> patchesOut(Configuration configuration) {
        return Arrays.stream(configuration.without()).boxed().collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Patches are taken out or put back; machines run on. The series counts when the component starts.
     *
     * @param configuration the patches that are out
     */
    @Modified
    void modified(Configuration configuration) {
        platform.hypervisorMap().takeOut(patchesOut(configuration));
    }

    TdpHypervisor(PhysicalMemory physicalMemory, Reservation reservation, DmemPages dmemPages, KernelLog log,
            SeriesVersion series, Set<Integer> without, LongSupplier runDelayNanoseconds) {
        this(physicalMemory, reservation, dmemPages, log, series, without, runDelayNanoseconds, null);
    }

    TdpHypervisor(PhysicalMemory physicalMemory, Reservation reservation, DmemPages dmemPages, KernelLog log,
            SeriesVersion series, Set<Integer> without, LongSupplier runDelayNanoseconds,
            @Nullable MissingFacility missing) {
        MemorySegment bootTables = Arena.ofAuto().allocate(BootPageTables.bytes(), Long.BYTES);
        BootPageTables.writeTo(bootTables);
        this.platform = new Platform(physicalMemory,
                new MmioFrames(series, reservation.memoryMap(), dmemPages::isDmem), new MappingSize(series),
                new HypervisorMap(series, without, reservation.memoryMap(), dmemPages::isDmem), bootTables,
                runDelayNanoseconds);
        this.log = log;
        this.reason = missing == null
                ? "interpreted"
                : "interpreted, as the host runs no guests: " + missing.errno() + ", " + missing.reason();
    }

    /** Ends every machine. */
    @Deactivate
    public void stop() {
        List<TdpMachine> living;
        synchronized (machines) {
            stopped = true;
            living = List.copyOf(machines);
        }
        for (TdpMachine machine : living) {
            machine.endWithLine(STOPPED);
        }
    }

    @Override
    public String kind() {
        return "tdp";
    }

    @Override
    public boolean real() {
        return false;
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public VirtualMachine create(String name, AddressSpace addressSpace) {
        // without the lock: registering takes the address space's locks, and its notifier takes this one
        TdpMachine machine = new TdpMachine(name, addressSpace, platform, log, this::forget);
        synchronized (machines) {
            if (!stopped) {
                machines.add(machine);
            }
        }
        if (stopped()) {
            machine.close();
            throw new ErrnoException(Errno.ENODEV, "the kind of guest tdp has been stopped");
        }
        if (machine.endReason().isPresent()) {
            forget(machine);
        }
        return machine;
    }

    @Override
    public List<VirtualMachine> machines() {
        synchronized (machines) {
            return List.copyOf(machines);
        }
    }

    private boolean stopped() {
        synchronized (machines) {
            return stopped;
        }
    }

    private void forget(TdpMachine machine) {
        synchronized (machines) {
            machines.remove(machine);
        }
    }
}
