package org.dmemfs.mce.memoryfailure;

import java.util.Set;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MachineCheckHandler;
import org.dmemfs.mm.Task;
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Reports of bad frames, from outside and from a task's own access, as a component. */
@Component(service = {MemoryFailure.class,
        MachineCheckHandler.class}, immediate = true, configurationPid = "org.dmemfs.mce.memoryfailure")
@Designate(ocd = Configuration.class)
public final class MemoryFailureComponent implements MemoryFailure, MachineCheckHandler {
    private final KernelLog log;
    private final FailureReport report;
    private final MachineCheck machineCheck;
    private volatile Settings settings;

    @Activate
    public MemoryFailureComponent(@Reference DmemPool pool, @Reference AddressSpaces addressSpaces,
            @Reference KernelLog log, Configuration configuration) {
        this.log = log;
        this.settings = Settings.of(configuration);
        this.report = new FailureReport(pool, addressSpaces, () -> this.settings, log);
        this.machineCheck = new MachineCheck(report, () -> this.settings, log);
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

    @Override
    public PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags) {
        return report.memoryFailure(pfn, flags);
    }

    @Override
    public BusSignal machineCheck(long pfn, Task task, long virtualAddress) {
        return machineCheck.machineCheck(pfn, task, virtualAddress);
    }
}
