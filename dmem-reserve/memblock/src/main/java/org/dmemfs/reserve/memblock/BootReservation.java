package org.dmemfs.reserve.memblock;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.Memblock;
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

/**
 * The boot of this framework's machine: its {@link Reservation} is computed once and is a service from then on. With a
 * configuration that cannot be used there is none, and whatever needs it stays unsatisfied.
 */
@Component(service = {}, immediate = true, configurationPid = "org.dmemfs.reserve.memblock", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BootConfiguration.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.reserve.Reservation\"", effective = "active")
public final class BootReservation {
    private final ServiceRegistration<Reservation> registration;

    /**
     * Boots.
     *
     * @throws ErrnoException as {@link Memblock#reserve} answers; the kernel log has the sentence too
     */
    @Activate
    public BootReservation(BundleContext context, @Reference Memblock memblock, @Reference KernelLog kernelLog,
            BootConfiguration configuration) {
        try {
            String commandLine = configuration.cmdline().isBlank()
                    ? memblock.defaultCommandLine(configuration.machine(), configuration.request())
                    : configuration.cmdline();
            Reservation reservation = memblock.reserve(configuration.machine(), commandLine,
                    SeriesVersion.parse(configuration.series()));
            reservation.notices().forEach(kernelLog::info);
            registration = context.registerService(Reservation.class, reservation, null);
        } catch (ErrnoException refused) {
            kernelLog.error("memblock: " + refused.getMessage());
            throw refused;
        }
    }

    /** Ends the service. */
    @Deactivate
    public void shutDown() {
        registration.unregister();
    }
}
