package org.dmemfs.mce;

import java.util.List;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.Task;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Chooses the tasks that map a bad page of a file and signals them: {@code collect_procs_and_signal_inode} (patch 32). A
 * service; safe for any thread.
 */
@ProviderType
public interface TaskSignals {
    /**
     * Signals the tasks that map a page of a file, by the generic rules: the current task with BUS_MCEERR_AR where action
     * is required, others with BUS_MCEERR_AO where they or the system asked to hear early.
     *
     * @param mapping the file's mappings
     * @param pageOffset the 4K page of the file that is reported; v1 and v2 report the first page of the dpage
     * @param leastSignificantBit {@code si_addr_lsb}: how much is lost
     * @param flags how the error was met
     * @return the tasks that were signalled
     */
    List<Task> collectAndSignal(FileMapping mapping, long pageOffset, int leastSignificantBit,
            Set<MemoryFailureFlag> flags);
}
