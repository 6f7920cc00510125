package org.dmemfs.fs.fs;

import java.util.List;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mce.TaskSignals;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.Tracepoint;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The file system as a component. It is immediate: a delayed one would end its mounts when nobody holds the service.
 */
@Component(service = {Dmemfs.class,
        PoisonListener.class}, immediate = true, configurationPid = "org.dmemfs.fs.fs")
@Designate(ocd = Configuration.class)
public final class FileSystemComponent implements Dmemfs, PoisonListener {
    private final KernelLog log;
    private final FileSystemType type;
    private final PoisonDelivery poisonDelivery;
    private final List<ServiceRegistration<Tracepoint>> tracepoints;
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
        this.poisonDelivery = new PoisonDelivery(surroundings, ownership);
        this.tracepoints = trace.tracepoints().stream()
                .map(tracepoint -> bundleContext.registerService(Tracepoint.class, tracepoint, null))
                .toList();
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
        tracepoints.forEach(ServiceRegistration::unregister);
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
    public void poisoned(PoisonEvent event) {
        poisonDelivery.poisoned(event);
    }
}
