package org.dmemfs.linux.native_;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Registers the memory facility once its self test has passed. It registers by hand, as a component that fails while it
 * is bound leaves its users unbound.
 */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostMemory\"", effective = "active")
public final class HostMemoryComponent {
    private final @Nullable ServiceRegistration<HostMemory> registration;

    /**
     * Tests the host and registers the service, or logs why it is absent.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostMemoryComponent(BundleContext context, @Reference KernelLog log) {
        registration = register(context, log);
    }

    private static @Nullable ServiceRegistration<HostMemory> register(BundleContext context, KernelLog log) {
        try {
            HostMemory memory = MemorySelfTest.pass();
            log.info("host memory: shared memory and address windows passed their self test");
            return context.registerService(HostMemory.class, memory, null);
        } catch (ErrnoException absent) {
            log.warn("host memory: " + absent.errno() + ", absent: " + absent.getMessage());
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
