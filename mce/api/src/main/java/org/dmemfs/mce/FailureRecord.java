package org.dmemfs.mce;

import java.util.List;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.mm.BusSignal;

/**
 * A report of a bad frame that was handled.
 *
 * @param pfn the 4K frame
 * @param flags how the error was met
 * @param outcome what the pool did
 * @param signalled the tasks that the report signalled; one that met the frame again later is not among them
 */
public record FailureRecord(long pfn, Set<MemoryFailureFlag> flags, PoisonOutcome outcome, List<Signalled> signalled) {
    /** Copies set and list. */
    public FailureRecord {
        flags = Set.copyOf(flags);
        signalled = List.copyOf(signalled);
    }

    /**
     * A task that was signalled.
     *
     * @param pid its number
     * @param task its name
     * @param signal what it got
     */
    public record Signalled(int pid, String task, BusSignal signal) {
    }
}
