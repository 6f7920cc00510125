package org.dmemfs.linux.native_;

import org.dmemfs.linux.HostUserfault;
import org.dmemfs.tracing.KernelLog;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The userfault facility. */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostUserfault\"", effective = "active")
public final class HostUserfaultComponent {
    private final Facility<HostUserfault> facility;

    /**
     * Tests the host and registers the service, or what is missing.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostUserfaultComponent(BundleContext context, @Reference KernelLog log) {
        facility = new Facility<>(context, log, HostUserfault.class, UserfaultSelfTest::pass,
                "host userfault: the marking of bad pages",
                "bad pages are modelled");
    }

    /** Takes the service away and closes it. */
    @Deactivate
    public void deactivate() {
        if (facility.withdraw() instanceof Userfault open) {
            open.close();
        }
    }
}
