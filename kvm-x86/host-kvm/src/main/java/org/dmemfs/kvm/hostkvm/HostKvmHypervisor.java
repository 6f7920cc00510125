package org.dmemfs.kvm.hostkvm;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmVirtualMachine;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The kind of guest that the host's processor runs; absent where the host has no {@code /dev/kvm}. */
@Component(configurationPid = "org.dmemfs.kvm.hostkvm", property = {"guest=host-kvm", "service.ranking:Integer=100"})
@Designate(ocd = HostKvmHypervisor.Configuration.class)
public final class HostKvmHypervisor implements Hypervisor {
    private static final String STOPPED = "its kind of guest, host-kvm, was stopped";

    private final PhysicalMemory physicalMemory;
    private final HostKvm hostKvm;
    private final HostMemory hostMemory;
    private final KernelLog log;
    private final SeriesVersion series;
    private final BootMemory bootMemory;
    private final List<HostKvmMachine> machines = new ArrayList<>();
    private boolean stopped;

    /** How the component is configured. */
    @ObjectClassDefinition(name = "Guests on the host's KVM", description = "Native guests on real memory.")
    public @interface Configuration {
        /**
         * Which answers it gives.
         *
         * @return repaired, v2 or v1
         */
        @AttributeDefinition(name = "Series", description = "repaired, v2 or v1")
        String series() default "repaired";
    }

    /**
     * Ready to make machines.
     *
     * @param addressSpaces must be there as long as guests are: they run on its memory
     * @param physicalMemory where frames lie on the host
     * @param hostKvm makes the machines
     * @param hostMemory makes their windows
     * @param log gets a line for each machine that a stop ends
     * @param configuration the series
     */
    @Activate
    public HostKvmHypervisor(@Reference AddressSpaces addressSpaces, @Reference PhysicalMemory physicalMemory,
            @Reference HostKvm hostKvm, @Reference HostMemory hostMemory, @Reference KernelLog log,
            Configuration configuration) {
        this(physicalMemory, hostKvm, hostMemory, log, SeriesVersion.parse(configuration.series()));
    }

    HostKvmHypervisor(PhysicalMemory physicalMemory, HostKvm hostKvm, HostMemory hostMemory, KernelLog log,
            SeriesVersion series) {
        this.physicalMemory = physicalMemory;
        this.hostKvm = hostKvm;
        this.hostMemory = hostMemory;
        this.log = log;
        this.series = series;
        this.bootMemory = new BootMemory(hostMemory);
    }

    /** Ends every machine. */
    @Deactivate
    public void stop() {
        List<HostKvmMachine> living;
        synchronized (machines) {
            stopped = true;
            living = List.copyOf(machines);
        }
        for (HostKvmMachine machine : living) {
            machine.endWithLine(STOPPED);
        }
        bootMemory.close();
    }

    @Override
    public String kind() {
        return "host-kvm";
    }

    @Override
    public boolean real() {
        return true;
    }

    @Override
    public String reason() {
        return "/dev/kvm opens: native code in ring 3 of a real processor";
    }

    @Override
    public VirtualMachine create(String name, AddressSpace addressSpace) {
        checkRunning();
        KvmVirtualMachine kvm = hostKvm.createVirtualMachine();
        bootMemory.lendTo(kvm);
        // without the lock: registering takes the address space's locks, and its notifier takes this one
        HostKvmMachine machine = new HostKvmMachine(name, addressSpace, physicalMemory, hostMemory, kvm,
                new WindowEntries(addressSpace, series), log, this::forget);
        synchronized (machines) {
            if (!stopped) {
                machines.add(machine);
            }
        }
        try {
            checkRunning();
        } catch (ErrnoException late) {
            machine.close();
            throw late;
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

    private void checkRunning() {
        synchronized (machines) {
            if (stopped) {
                throw new ErrnoException(Errno.ENODEV, "the kind of guest host-kvm has been stopped");
            }
        }
    }

    private void forget(HostKvmMachine machine) {
        synchronized (machines) {
            machines.remove(machine);
        }
    }
}
