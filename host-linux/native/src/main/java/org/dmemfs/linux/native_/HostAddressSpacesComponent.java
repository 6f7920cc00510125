package org.dmemfs.linux.native_;

import org.dmemfs.linux.HostAddressSpaces;
import org.dmemfs.tracing.KernelLog;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The host's own memory calls. Off until it is enabled: no bundle of a machine uses it, and its self test is dear. */
@Component(service = {}, enabled = false)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostAddressSpaces\"", effective = "active")
public final class HostAddressSpacesComponent {
    private final Facility<HostAddressSpaces> facility;

    /**
     * Tests the host and registers the service, or what is missing.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostAddressSpacesComponent(BundleContext context, @Reference KernelLog log) {
        facility = new Facility<>(context, log, HostAddressSpaces.class, LinuxAddressSpaces::pass,
                "host address spaces: the memory calls",
                "absent");
    }

    /** Takes the service away. */
    @Deactivate
    public void deactivate() {
        facility.withdraw();
    }
}
