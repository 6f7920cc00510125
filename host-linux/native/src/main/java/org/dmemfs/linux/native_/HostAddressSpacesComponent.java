package org.dmemfs.linux.native_;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostAddressSpaces;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the host's own memory calls once their self test has passed. */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostAddressSpaces\"", effective = "active")
public final class HostAddressSpacesComponent {
    private final @Nullable ServiceRegistration<HostAddressSpaces> registration;

    /**
     * Tests the host and registers the service, or logs why it is absent.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostAddressSpacesComponent(BundleContext context, @Reference KernelLog log) {
        registration = register(context, log);
    }

    private static @Nullable ServiceRegistration<HostAddressSpaces> register(BundleContext context, KernelLog log) {
        try {
            return context.registerService(HostAddressSpaces.class, LinuxAddressSpaces.pass(), null);
        } catch (ErrnoException absent) {
            log.warn("host address spaces: " + absent.errno() + ", absent: " + absent.getMessage());
            return null;
        }
    }

    /** Takes the service away. */
    @Deactivate
    public void deactivate() {
        if (registration != null) {
            registration.unregister();
        }
    }
}
