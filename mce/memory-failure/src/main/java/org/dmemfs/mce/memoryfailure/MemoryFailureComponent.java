package org.dmemfs.mce.memoryfailure;

import java.util.List;
import java.util.Set;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mce.FailureRecord;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.MachineCheckHandler;
import org.dmemfs.tracing.KernelLog;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Reports of bad frames, from outside and from a task's own access, as a component. The handler of machine checks is
 * registered by hand once it is there: it needs the memory manager, which would ask for it while it is still being made.
 */
@Component(service = MemoryFailure.class, immediate = true, configurationPid = "org.dmemfs.mce.memoryfailure")
@Designate(ocd = Configuration.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.dmemfs.mm.MachineCheckHandler\"", effective = "active")
public final class MemoryFailureComponent implements MemoryFailure {
    private final KernelLog log;
    private final FailureReport report;
    private final ServiceRegistration<MachineCheckHandler> registration;
    private volatile Settings settings;

    @Activate
    public MemoryFailureComponent(BundleContext bundleContext, @Reference DmemPool pool,
            @Reference AddressSpaces addressSpaces,
            @Reference KernelLog log, Configuration configuration) {
        this.log = log;
        this.settings = Settings.of(configuration);
        this.report = new FailureReport(pool, addressSpaces, () -> this.settings, log);
        this.registration = bundleContext.registerService(MachineCheckHandler.class,
                new MachineCheck(report, () -> this.settings, log), null);
    }

    /** A subsystem hands out frames that it knows what to do about. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindFrameFailure(FrameFailure owner) {
        report.add(owner);
    }

    /** It has gone. */
    public void unbindFrameFailure(FrameFailure owner) {
        report.remove(owner);
    }

    @Modified
    void modified(Configuration configuration) {
        try {
            settings = Settings.of(configuration);
        } catch (ErrnoException wrong) {
            log.error("mce: the configuration stays as it was: " + wrong.getMessage());
            throw wrong;
        }
    }

    @Deactivate
    void deactivate() {
        registration.unregister();
    }

    @Override
    public PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags) {
        return report.memoryFailure(pfn, flags);
    }

    @Override
    public List<FailureRecord> records() {
        return report.records();
    }
}
