package org.dmemfs.mm;

import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** What a task can ask of the memory manager beyond its {@link AddressSpace}. A service; safe for any thread. */
@ProviderType
public interface SystemCalls {
    /**
     * The memory calls of a task.
     *
     * @param task a task of this machine
     * @return its calls
     * @throws ErrnoException ESRCH where it is no task of this machine
     */
    MemoryCalls of(Task task);

    /**
     * {@code fork}: a new task with the same mappings, but those of VM_DONTCOPY (patch 24). Private memory is shared until
     * one of both writes.
     *
     * @param parent a task of this machine
     * @param childName the child's name
     * @return the child, on the same node, with the same policy and without signals
     * @throws ErrnoException ESRCH where the parent is no task of this machine, ENOMEM where no frame is left for the page
     *         tables, ENODEV where the parent has exited
     */
    Task fork(Task parent, String childName);

    /**
     * The memory types of frames.
     *
     * @return the same for the life of the machine
     */
    MemoryTypes memoryTypes();
}
