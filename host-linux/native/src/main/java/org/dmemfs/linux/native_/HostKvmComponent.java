package org.dmemfs.linux.native_;

import org.dmemfs.linux.HostKvm;
import org.dmemfs.tracing.KernelLog;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The KVM facility. */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostKvm\"", effective = "active")
public final class HostKvmComponent {
    private final Facility<HostKvm> facility;

    /**
     * Tests the host and registers the service, or what is missing.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostKvmComponent(BundleContext context, @Reference KernelLog log) {
        facility = new Facility<>(context, log, HostKvm.class, () -> KvmDevice.pass(KvmDevice.PATH),
                "host kvm: /dev/kvm",
                "guests run on the interpreter");
    }

    /** Takes the service away and closes it. */
    @Deactivate
    public void deactivate() {
        if (facility.withdraw() instanceof KvmDevice open) {
            open.close();
        }
    }
}
