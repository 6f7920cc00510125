package org.dmemfs.mce.memoryfailure;

import java.util.List;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mce.TaskSignals;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.Task;
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;

/** The signals as a component; it needs nothing of the pool, which would close a circle through the file system. */
@Component(service = TaskSignals.class, configurationPid = "org.dmemfs.mce.memoryfailure")
public final class SignalComponent implements TaskSignals {
    private final KernelLog log;
    private final SignalRules rules;
    private volatile Settings settings;

    @Activate
    public SignalComponent(@Reference KernelLog log, Configuration configuration) {
        this.log = log;
        this.settings = Settings.of(configuration);
        this.rules = new SignalRules(() -> this.settings, log);
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
    public List<Task> collectAndSignal(FileMapping mapping, long pageOffset, int leastSignificantBit,
            Set<MemoryFailureFlag> flags) {
        return rules.collectAndSignal(mapping, pageOffset, leastSignificantBit, flags);
    }
}
