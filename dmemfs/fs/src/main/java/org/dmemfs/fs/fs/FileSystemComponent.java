package org.dmemfs.fs.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.FilePlace;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mce.TaskSignals;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.Tracepoint;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The file system as a component. It is immediate: a delayed one would end its mounts when nobody holds the service. The
 * listener for bad pages is registered by hand once it is there: it needs the pool, and the pool would ask for it while
 * it is still being made, which Declarative Services calls a circle.
 */
@Component(service = Dmemfs.class, immediate = true, configurationPid = "org.dmemfs.fs.fs")
@Designate(ocd = Configuration.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.core.PoisonListener\"", effective = "active")
public final class FileSystemComponent implements Dmemfs {
    private final KernelLog log;
    private final FileSystemType type;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private volatile Settings settings;

    @Activate
    public FileSystemComponent(BundleContext bundleContext, @Reference DmemPool pool, @Reference PhysicalMemory memory,
            @Reference AddressSpaces addressSpaces, @Reference TaskSignals signals, @Reference KernelLog log,
            Configuration configuration) {
        this.log = log;
        this.settings = Settings.of(configuration);
        TreeTrace trace = new TreeTrace();
        Surroundings surroundings = new Surroundings(pool, memory, addressSpaces, signals, log, trace,
                () -> this.settings);
        Ownership ownership = new Ownership(new OwnerIndex(), new BadFrames());
        this.type = new FileSystemType(surroundings, ownership);
        for (Tracepoint tracepoint : trace.tracepoints()) {
            registrations.add(bundleContext.registerService(Tracepoint.class, tracepoint, null));
        }
        registrations.add(bundleContext.registerService(PoisonListener.class,
                new PoisonDelivery(surroundings, ownership), null));
        log.info("dmemfs initialized");
    }

    /** Mounts go on under the new settings; wrong ones change nothing. */
    @Modified
    void modified(Configuration configuration) {
        try {
            settings = Settings.of(configuration);
        } catch (ErrnoException wrong) {
            log.error("dmemfs: the configuration stays as it was: " + wrong.getMessage());
            throw wrong;
        }
    }

    @Deactivate
    void deactivate() {
        type.stop();
        registrations.forEach(ServiceRegistration::unregister);
    }

    @Override
    public Mount mount(String target, String options) {
        return type.mount(target, options);
    }

    @Override
    public List<Mount> mounts() {
        return type.mounts();
    }

    @Override
    public Optional<FilePlace> placeOf(long pfn) {
        return type.placeOf(pfn);
    }
}
