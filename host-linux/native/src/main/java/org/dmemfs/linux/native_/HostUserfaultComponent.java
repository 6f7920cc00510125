package org.dmemfs.linux.native_;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the userfault facility once its self test has passed. */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostUserfault\"", effective = "active")
public final class HostUserfaultComponent {
    private final @Nullable Userfault userfault;
    private final @Nullable ServiceRegistration<HostUserfault> registration;

    /**
     * Tests the host and registers the service, or logs why it is absent.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostUserfaultComponent(BundleContext context, @Reference KernelLog log) {
        userfault = open(log);
        registration = userfault == null ? null : context.registerService(HostUserfault.class, userfault, null);
    }

    private static @Nullable Userfault open(KernelLog log) {
        try {
            Userfault opened = UserfaultSelfTest.pass();
            log.info("host userfault: the marking of bad pages passed its self test");
            return opened;
        } catch (ErrnoException absent) {
            log.warn("host userfault: " + absent.errno() + ", bad pages are modelled: " + absent.getMessage());
            return null;
        }
    }

    /** Takes the service away and closes the descriptor. */
    @Deactivate
    public void deactivate() {
        if (registration != null) {
            registration.unregister();
        }
        if (userfault != null) {
            userfault.close();
        }
    }
}
