package org.dmemfs.linux.native_;

import org.dmemfs.linux.HostMemory;
import org.dmemfs.tracing.KernelLog;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The memory facility. */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.linux.HostMemory\"", effective = "active")
public final class HostMemoryComponent {
    private final Facility<HostMemory> facility;

    /**
     * Tests the host and registers the service, or what is missing.
     *
     * @param context the bundle's
     * @param log gets one line
     */
    @Activate
    public HostMemoryComponent(BundleContext context, @Reference KernelLog log) {
        facility = new Facility<>(context, log, HostMemory.class, MemorySelfTest::pass,
                "host memory: shared memory and address windows",
                "absent");
    }

    /** Takes the service away. */
    @Deactivate
    public void deactivate() {
        facility.withdraw();
    }
}
