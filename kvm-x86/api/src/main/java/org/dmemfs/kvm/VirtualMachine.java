package org.dmemfs.kvm;

import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** A virtual machine. Safe for any thread. */
@ProviderType
public interface VirtualMachine extends AutoCloseable {
    /**
     * Its name.
     *
     * @return as given at creation
     */
    String name();

    /**
     * Adds a slot.
     *
     * @param slot the slot
     * @throws ErrnoException EINVAL for addresses or lengths that are not multiples of 4K or out of range
     *         ({@link MemorySlots}), EEXIST where it overlaps another slot or its number is in use, EFAULT where a part of
     *         the host range is not mapped, ENOMEM where the host of a real guest has no room to map it, ENODEV once ended
     */
    void addSlot(MemorySlot slot);

    /**
     * Takes a slot away. No processor sees it when the call returns.
     *
     * @param slot its number
     * @throws ErrnoException EINVAL where there is none, ENODEV once ended
     */
    void deleteSlot(int slot);

    /**
     * Its slots.
     *
     * @return by number
     */
    List<MemorySlot> slots();

    /**
     * Adds a processor. It starts as firmware would leave it for native user code: 64-bit mode, ring 3 with I/O allowed,
     * guest virtual addresses equal to guest physical ones below 512 GiB, all registers 0.
     *
     * @return the processor
     * @throws ErrnoException ENODEV once ended
     */
    VirtualProcessor createProcessor();

    /**
     * The second-level entries in place; for a real guest, what stands in its window.
     *
     * @return the counts
     */
    MappedEntries mappedEntries();

    /**
     * Why it ended.
     *
     * @return empty while it lives
     */
    Optional<String> endReason();

    /** Ends it. Processors that run exit first. Idempotent. */
    @Override
    void close();
}
