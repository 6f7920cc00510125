package org.dmemfs.reserve.simulatedram;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Registers the memory once the host has given it: a service that fails while it is bound leaves its users unbound. */
@Component(service = {}, immediate = true, configurationPid = "org.dmemfs.reserve.simulatedram", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SimulatedRamConfiguration.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.reserve.PhysicalMemory\"", effective = "active")
public final class SimulatedRamComponent {
    private final SimulatedRam memory;
    private final ServiceRegistration<PhysicalMemory> registration;
    private final KernelLog kernelLog;

    /**
     * Takes the memory.
     *
     * @throws ErrnoException as the host answers; the kernel log has the sentence too
     */
    @Activate
    public SimulatedRamComponent(BundleContext context, @Reference HostMemory host, @Reference Reservation reservation,
            @Reference KernelLog kernelLog) {
        this.kernelLog = kernelLog;
        try {
            memory = new SimulatedRam(host, reservation);
        } catch (ErrnoException refused) {
            kernelLog.error("simulated memory: " + refused.getMessage());
            throw refused;
        }
        kernelLog.info("simulated memory: " + memory.description());
        registration = context.registerService(PhysicalMemory.class, memory, null);
    }

    /** Gives the memory back. */
    @Deactivate
    public void shutDown() {
        registration.unregister();
        try {
            memory.close();
        } catch (ErrnoException busy) {
            kernelLog.error("simulated memory: " + busy.getMessage());
        }
    }
}
