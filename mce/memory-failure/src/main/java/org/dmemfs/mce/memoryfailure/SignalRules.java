package org.dmemfs.mce.memoryfailure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.kernel.Patch;
import org.dmemfs.mce.TaskSignals;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.Vma;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;

/**
 * {@code collect_procs_and_signal_inode} (patch 32), by the generic rules of {@code mm/memory-failure.c}: where action is
 * required the current task is picked; another task is picked if it, or the system, asked to hear early. The current
 * task gets BUS_MCEERR_AR where action is required, everyone else BUS_MCEERR_AO, once for each of its mappings of the page.
 *
 * <p>Defect 12.2.11, mended here: in v2 and v1 nobody gets a signal unless the report carries MUST_KILL, so that a task
 * whose own access met the error runs into it again and again. Repaired, who is picked is signalled, and the current
 * task at the address that it touched.
 */
@Patch(v1 = 32, v2 = 32)
final class SignalRules implements TaskSignals {
    private static final int PAGE_SHIFT = 12;

    private final Supplier<Settings> settings;
    private final KernelLog log;

    SignalRules(Supplier<Settings> settings, KernelLog log) {
        this.settings = settings;
        this.log = log;
    }

    @Override
    public List<Task> collectAndSignal(FileMapping mapping, long pageOffset, int leastSignificantBit,
            Set<MemoryFailureFlag> flags) {
        return signal(mapping.covering(pageOffset), pageOffset, leastSignificantBit, flags);
    }

    /** The same of mappings that are known. */
    List<Task> signal(List<Vma> mappers, long pageOffset, int leastSignificantBit, Set<MemoryFailureFlag> flags) {
        Settings now = settings.get();
        if (!now.repaired() && !flags.contains(MemoryFailureFlag.MUST_KILL)) {
            return List.of();
        }
        CurrentReport report = CurrentReport.current().orElseGet(CurrentReport::fromOutside);
        boolean actionRequired = flags.contains(MemoryFailureFlag.ACTION_REQUIRED);
        Set<Task> signalled = new LinkedHashSet<>();
        for (Vma vma : mappers) {
            Task task = vma.task();
            BusSignal.Kind kind = kind(now, task, actionRequired && report.isAccessOf(task));
            if (kind == BusSignal.Kind.BUS_MCEERR_AO
                    || kind == BusSignal.Kind.BUS_MCEERR_AR && (!now.repaired() || touched(report, vma))) {
                long virtualAddress = vma.start() + (pageOffset - vma.pageOffset() << PAGE_SHIFT);
                BusSignal signal = new BusSignal(kind, virtualAddress, leastSignificantBit);
                log.error("memory failure: SIGBUS to " + task.name() + ":" + task.pid() + ": " + signal);
                report.deliver(task, signal);
                signalled.add(task);
            }
        }
        return List.copyOf(signalled);
    }

    private static BusSignal.@Nullable Kind kind(Settings now, Task task, boolean itsAccess) {
        if (itsAccess) {
            return BusSignal.Kind.BUS_MCEERR_AR;
        }
        return now.earlyKill() || task.machineCheckEarly() ? BusSignal.Kind.BUS_MCEERR_AO : null;
    }

    private static boolean touched(CurrentReport report, Vma vma) {
        return report.virtualAddress() >= vma.start() && report.virtualAddress() < vma.end();
    }
}
