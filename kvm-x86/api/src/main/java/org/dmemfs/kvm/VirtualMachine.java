package org.dmemfs.kvm;

import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.AddressSpace;
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
     * The memory that its slots are ranges of.
     *
     * @return as given at creation, also once the task has exited
     */
    AddressSpace addressSpace();

    /**
     * Adds a slot. A real guest has its memory in whole pages of what the host keeps it in: on hugetlb, dpages that are
     * smaller can be lent only while they lie together as those pages do, and no longer once the pool is fragmented. Then
     * the slot is refused, nothing of it is left, and an interpreted guest takes the same memory.
     *
     * @param slot the slot
     * @throws ErrnoException EINVAL for addresses or lengths that are not multiples of 4K or out of range
     *         ({@link MemorySlots}), or where the host's pages behind it are not whole; EEXIST where it overlaps another slot or its number is in use, EFAULT where a part of
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
     * Has the guest see a slot elsewhere; what is logged of it is forgotten. No processor sees the old place when the call
     * returns.
     *
     * @param slot its number
     * @param guestPhysicalAddress the new address
     * @throws ErrnoException EINVAL where there is no such slot or the address does not fit, EEXIST where another slot is
     *         there, ENODEV once ended
     */
    void moveSlot(int slot, long guestPhysicalAddress);

    /**
     * Begins or ends the recording of the pages that the guest stores to ({@code KVM_MEM_LOG_DIRTY_PAGES}).
     *
     * @param slot its number
     * @param log whether to record; beginning again changes nothing
     * @throws ErrnoException EINVAL where there is no such slot, ENODEV once ended
     */
    void logDirtyPages(int slot, boolean log);

    /**
     * The pages of a slot that the guest stored to since the last call, or since the recording began
     * ({@code KVM_GET_DIRTY_LOG}). A store of which the answer knows nothing is in the next answer.
     * For a real guest on huge pages of the host, pages that it only read may be among them.
     *
     * @param slot its number
     * @return one bit a page of 4K: bit n of word w is page {@code 64 * w + n}
     * @throws ErrnoException ENOENT where there is no such slot or it does not log, ENODEV once ended
     */
    long[] dirtyLog(int slot);

    /**
     * Where the hypervisor itself reaches a page of the guest ({@code kvm_vcpu_map}), as for nested guests. The answer holds
     * until the address space takes the page away; no reference is taken.
     *
     * @param guestPhysicalAddress any address in the page
     * @return the physical address of the page's first byte
     * @throws ErrnoException EINVAL where no slot is, or the kernel has no way to reach the frame (patch 33); EFAULT where
     *         there is no memory, EHWPOISON where it is bad; EOPNOTSUPP for a real guest, whose kernel does this itself;
     *         ENODEV once ended
     */
    long mapGuestPage(long guestPhysicalAddress);

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
