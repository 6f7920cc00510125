package org.dmemfs.reserve.hostram;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.metatype.annotations.Designate;

/** Registers the memory once the host has given all of it: a service that fails while it is bound leaves its users unbound. */
@Component(service = {}, immediate = true, configurationPid = "org.dmemfs.reserve.hostram", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HostRamConfiguration.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.reserve.PhysicalMemory\"", effective = "active")
public final class HostRamComponent {
    private final HostRam memory;
    private final ServiceRegistration<PhysicalMemory> registration;
    private final KernelLog kernelLog;

    /**
     * Takes the memory. The userfault facility is there before it, or it does without.
     *
     * @throws ErrnoException EINVAL for a configuration with other words, ENOMEM where the host cannot spare the bytes;
     *         the kernel log has the sentence too
     */
    @Activate
    public HostRamComponent(BundleContext context, @Reference HostMemory host, @Reference Reservation reservation,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) @Nullable HostUserfault userfault,
            @Reference KernelLog kernelLog, HostRamConfiguration configuration) {
        this.kernelLog = kernelLog;
        try {
            memory = take(host, reservation, new RealPoison(userfault, isWhole(configuration), kernelLog),
                    configuration);
        } catch (ErrnoException refused) {
            kernelLog.error("host memory: " + refused.getMessage());
            throw refused;
        }
        kernelLog.info("host memory: " + memory.description());
        kernelLog.info("host memory: " + memory.poisonDescription());
        registration = context.registerService(PhysicalMemory.class, memory, null);
    }

    private static HostRam take(HostMemory host, Reservation reservation, RealPoison realPoison,
            HostRamConfiguration configuration) {
        PageSize pageSize = PageSize.parse(configuration.pagesize());
        return switch (configuration.memory()) {
            case "memfd" -> HostRam.memfd(host, reservation, realPoison);
            case "hugetlb" -> HostRam.hugetlb(host, reservation,
                    pageSize == PageSize.SIZE_1G ? PageSize.SIZE_1G : PageSize.SIZE_2M, realPoison);
            default -> throw new ErrnoException(Errno.EINVAL,
                    "the memory \"" + configuration.memory() + "\" is not one of memfd and hugetlb");
        };
    }

    private static boolean isWhole(HostRamConfiguration configuration) {
        return switch (configuration.poison()) {
            case "page" -> false;
            case "whole" -> true;
            default -> throw new ErrnoException(Errno.EINVAL,
                    "poison \"" + configuration.poison() + "\" is not one of page and whole");
        };
    }

    /** Gives the memory back. */
    @Deactivate
    public void shutDown() {
        registration.unregister();
        try {
            memory.close();
        } catch (ErrnoException busy) {
            kernelLog.error("host memory: " + busy.getMessage());
        }
    }
}
