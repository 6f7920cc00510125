package org.dmemfs.mm;

import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** The memory manager of a machine: its tasks, and what belongs to none. A service; safe for any thread. */
@ProviderType
public interface AddressSpaces {
    /**
     * A new task with an empty address space.
     *
     * @param name its name
     * @param node the node of its processor
     * @return the task
     * @throws ErrnoException EINVAL where the node is not online, ENODEV where the machine has gone
     */
    Task newTask(String name, int node);

    /**
     * The tasks that live.
     *
     * @return by pid
     */
    List<Task> tasks();

    /**
     * A new list of mappings for an inode.
     *
     * @return an empty one
     */
    FileMapping newFileMapping();

    /**
     * Whether a frame has a {@code struct page} ({@code pfn_valid}).
     *
     * @param pfn a page frame number
     * @return true for RAM that the kernel manages
     */
    boolean pfnValid(long pfn);

    /**
     * Tells the processors that a frame went bad: no TLB answers for it any more.
     *
     * @param pfn the frame
     */
    void flushFrame(long pfn);
}
