package org.dmemfs.mce.memoryfailure;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MachineCheckHandler;
import org.dmemfs.mm.Task;
import org.dmemfs.tracing.KernelLog;

/**
 * The machine check of a task's own access: a report with ACTION_REQUIRED, and then a signal in any case.
 *
 * <p>In v2 and v1 a report may succeed and signal nobody (defect 12.2.11). The task then returns to the instruction that
 * failed, and meets the same error for ever; the model ends it, as an administrator would, and says so in the kernel log.
 */
final class MachineCheck implements MachineCheckHandler {
    private static final long PAGE_MASK = -1L << 12;
    private static final int PAGE_SHIFT = 12;

    private final MemoryFailure memoryFailure;
    private final Supplier<Settings> settings;
    private final KernelLog log;

    MachineCheck(MemoryFailure memoryFailure, Supplier<Settings> settings, KernelLog log) {
        this.memoryFailure = memoryFailure;
        this.settings = settings;
        this.log = log;
    }

    @Override
    public BusSignal machineCheck(long pfn, Task task, long virtualAddress) {
        CurrentReport current = CurrentReport.ofAccess(task, virtualAddress);
        boolean handledAsDmem = current.handle(() -> report(pfn));
        BusSignal answer = current.answer();
        if (answer != null) {
            return answer;
        }
        if (handledAsDmem && !settings.get().repaired()) {
            log.print(KernelLog.Level.ALERT,
                    "mce: " + task.name() + ":" + task.pid() + " was not signalled and meets pfn 0x"
                            + Long.toHexString(pfn) + " again and again: ended by the model");
            return deliver(task, new BusSignal(BusSignal.Kind.KILLED, virtualAddress, 0));
        }
        return deliver(task, new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, virtualAddress & PAGE_MASK, PAGE_SHIFT));
    }

    private boolean report(long pfn) {
        Set<MemoryFailureFlag> flags = EnumSet.of(MemoryFailureFlag.ACTION_REQUIRED);
        if (!settings.get().restartIpValid()) {
            flags.add(MemoryFailureFlag.MUST_KILL);
        }
        try {
            return memoryFailure.memoryFailure(pfn, flags) != PoisonOutcome.NOT_DMEM;
        } catch (ErrnoException notRecovered) {
            log.error("mce: the error was not recovered: " + notRecovered.getMessage());
            return false;
        }
    }

    private static BusSignal deliver(Task task, BusSignal signal) {
        task.deliver(signal);
        return signal;
    }
}
