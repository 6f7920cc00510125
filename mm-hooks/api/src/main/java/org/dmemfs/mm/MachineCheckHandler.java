package org.dmemfs.mm;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What the processor calls when an access meets a bad frame; implemented by the machine-check subsystem and published as
 * a service. Without one, the access is answered with a signal all the same.
 */
@ConsumerType
public interface MachineCheckHandler {
    /**
     * A task's access met a bad frame. Called without any lock of the memory manager, in the thread of the access.
     *
     * @param pfn the bad frame
     * @param task who touched it
     * @param virtualAddress where
     * @return the signal for the task, which the handler has delivered
     */
    BusSignal machineCheck(long pfn, Task task, long virtualAddress);
}
