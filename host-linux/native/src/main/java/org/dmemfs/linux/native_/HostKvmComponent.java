package org.dmemfs.linux.native_;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the KVM facility once its self test has passed. */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostKvm\"", effective = "active")
public final class HostKvmComponent {
    private final @Nullable KvmDevice device;
    private final @Nullable ServiceRegistration<HostKvm> registration;

    /**
     * Tests the host and registers the service, or logs why it is absent.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostKvmComponent(BundleContext context, @Reference KernelLog log) {
        device = open(log);
        registration = device == null ? null : context.registerService(HostKvm.class, device, null);
    }

    private static @Nullable KvmDevice open(KernelLog log) {
        try {
            KvmDevice opened = KvmDevice.pass(KvmDevice.PATH);
            log.info("host kvm: /dev/kvm passed its self test");
            return opened;
        } catch (ErrnoException absent) {
            log.warn("host kvm: " + absent.errno() + ", guests run on the interpreter: " + absent.getMessage());
            return null;
        }
    }

    /** Takes the service away and closes the device. */
    @Deactivate
    public void deactivate() {
        if (registration != null) {
            registration.unregister();
        }
        if (device != null) {
            device.close();
        }
    }
}
