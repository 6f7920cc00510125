package org.dmemfs.fs.fs;

import java.util.function.Supplier;
import org.dmemfs.core.DmemPool;
import org.dmemfs.mce.TaskSignals;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;

/**
 * What the file system stands on.
 *
 * @param pool gives dpages
 * @param memory their bytes
 * @param addressSpaces map them
 * @param signals tells tasks of bad ones
 * @param log the kernel log
 * @param trace the two trace events
 * @param settings what the configuration says now
 */
record Surroundings(DmemPool pool, PhysicalMemory memory, AddressSpaces addressSpaces, TaskSignals signals,
        KernelLog log, TreeTrace trace, Supplier<Settings> settings) {
}
