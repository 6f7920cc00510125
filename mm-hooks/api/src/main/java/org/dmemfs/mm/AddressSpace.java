package org.dmemfs.mm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A task's memory ({@code mm_struct}): the system calls on it, the task's own accesses, and what the kernel's other parts
 * ask of it. Safe for any thread; each thread counts as a processor with a TLB of its own.
 */
@ProviderType
public interface AddressSpace {
    /**
     * {@code mmap}.
     *
     * @param virtualAddress where to, as a hint, or exactly with FIXED; 0 for anywhere
     * @param bytes length, rounded up to 4K
     * @param protection what the task may do
     * @param flags exactly one of SHARED and PRIVATE, and more
     * @param file the file, or null with ANONYMOUS
     * @param fileOffset first byte of the file, a multiple of 4K
     * @return where it is mapped
     * @throws ErrnoException EINVAL for arguments that do not fit, or that the file refuses; EACCES where the file was not
     *         opened for it; ENOMEM where there is no room
     */
    long mmap(long virtualAddress, long bytes, Set<Protection> protection, Set<MapFlag> flags,
            @Nullable MappableFile file, long fileOffset);

    /**
     * {@code munmap}.
     *
     * @param virtualAddress a multiple of 4K
     * @param bytes length, rounded up to 4K
     * @throws ErrnoException EINVAL for arguments that do not fit, or where a file refuses the split (patch 16)
     */
    void munmap(long virtualAddress, long bytes);

    /**
     * {@code mprotect}.
     *
     * @param virtualAddress a multiple of 4K
     * @param bytes length, rounded up to 4K
     * @param protection what the task may do from now on
     * @throws ErrnoException EINVAL on dmem unless nothing changes (patch 23), ENOMEM where a part is not mapped, EACCES
     *         where the file was not opened for it
     */
    void mprotect(long virtualAddress, long bytes, Set<Protection> protection);

    /**
     * {@code mbind}: steers later faults.
     *
     * @param virtualAddress a multiple of 4K
     * @param bytes length, rounded up to 4K
     * @param policy the policy
     * @throws ErrnoException EINVAL for arguments that do not fit or a refused split, EFAULT where a part is not mapped
     */
    void mbind(long virtualAddress, long bytes, MemoryPolicy policy);

    /**
     * The task loads 8 bytes, little-endian.
     *
     * @param virtualAddress of the first byte, a multiple of 8
     * @return the value
     * @throws SignalException where the access raises a signal, which the task also gets
     * @throws ErrnoException ENODEV where the task has exited
     */
    long loadLong(long virtualAddress);

    /**
     * The task stores 8 bytes, little-endian.
     *
     * @param virtualAddress of the first byte, a multiple of 8
     * @param value the value
     * @throws SignalException as {@link #loadLong}
     * @throws ErrnoException as {@link #loadLong}
     */
    void storeLong(long virtualAddress, long value);

    /**
     * The task loads a byte.
     *
     * @param virtualAddress its address
     * @return the value
     * @throws SignalException as {@link #loadLong}
     * @throws ErrnoException as {@link #loadLong}
     */
    byte loadByte(long virtualAddress);

    /**
     * The task stores a byte.
     *
     * @param virtualAddress its address
     * @param value the value
     * @throws SignalException as {@link #loadLong}
     * @throws ErrnoException as {@link #loadLong}
     */
    void storeByte(long virtualAddress, byte value);

    /**
     * The task copies out of its memory.
     *
     * @param virtualAddress first byte
     * @param target where to
     * @param targetOffset in bytes
     * @param bytes how many
     * @throws SignalException as {@link #loadLong}; what lies before the bad page has been copied
     * @throws ErrnoException as {@link #loadLong}
     */
    void copyOut(long virtualAddress, MemorySegment target, long targetOffset, long bytes);

    /**
     * The task copies into its memory.
     *
     * @param source where from
     * @param sourceOffset in bytes
     * @param virtualAddress first byte
     * @param bytes how many
     * @throws SignalException as {@link #copyOut}
     * @throws ErrnoException as {@link #loadLong}
     */
    void copyIn(MemorySegment source, long sourceOffset, long virtualAddress, long bytes);

    /**
     * Another task reads or writes here, as ptrace and /proc/PID/mem do ({@code access_remote_vm}): by gup where there are
     * pages, else by the file's {@link VmOperations#access} (patch 09).
     *
     * @param virtualAddress first byte
     * @param buffer bytes to write, or room for bytes read
     * @param write whether to write
     * @return how many bytes were moved, up to the buffer's size
     * @throws ErrnoException EIO where not even the first byte can be moved
     */
    long accessRemote(long virtualAddress, MemorySegment buffer, boolean write);

    /**
     * {@code get_user_pages}: pins pages that have a {@code struct page}.
     *
     * @param virtualAddress first page
     * @param pages how many, at least 1
     * @param write whether they will be written
     * @return the pinned frames, at least one; to be given to {@link #unpinUserPages}
     * @throws ErrnoException EFAULT where the first page cannot be pinned, as every page of dmem
     */
    List<Long> getUserPages(long virtualAddress, long pages, boolean write);

    /**
     * {@code get_user_pages_fast} without its slow path: walks the page table without a lock.
     *
     * @param virtualAddress first page
     * @param pages how many, at least 1
     * @param write whether they will be written
     * @return the pinned frames; empty where the slow path must decide, as for dmem (patch 19)
     */
    List<Long> getUserPagesFast(long virtualAddress, long pages, boolean write);

    /**
     * Gives back what a gup pinned.
     *
     * @param frames the frames
     */
    void unpinUserPages(List<Long> frames);

    /**
     * {@code follow_pfn}: the frame behind an address of a mapping without {@code struct page} (patches 21 and 29). Makes no
     * garbage where there is one.
     *
     * @param virtualAddress any address in the page
     * @return its 4K frame
     * @throws ErrnoException EINVAL where the VMA is not VM_IO or VM_PFNMAP, or no entry is present
     */
    long followPfn(long virtualAddress);

    /**
     * The size of the entry that maps an address.
     *
     * @param virtualAddress any address
     * @return its size, or null where no entry is present
     */
    @Nullable
    PageSize mappingLevel(long virtualAddress);

    /**
     * {@code fixup_user_fault}: has the entry put in place as if the task had touched the page.
     *
     * @param virtualAddress any address in the page
     * @param write whether as by a store
     * @throws ErrnoException EFAULT where the access would raise a signal, EHWPOISON where the page is bad
     */
    void fixupUserFault(long virtualAddress, boolean write);

    /**
     * Walks one address through all levels, for people.
     *
     * @param virtualAddress any address
     * @return one step per level that was looked at, from the top
     */
    List<WalkStep> walk(long virtualAddress);

    /**
     * The VMA that an address falls into.
     *
     * @param virtualAddress any address
     * @return the VMA, or null
     */
    @Nullable
    Vma findVma(long virtualAddress);

    /**
     * The VMAs.
     *
     * @return ascending, a moment's view
     */
    List<Vma> vmas();

    /**
     * What its faults and tables have come to.
     *
     * @return the counts
     */
    MappingCounts counts();

    /**
     * Has a listener told of every entry that goes ({@code mmu_notifier_register}).
     *
     * @param notifier the listener
     */
    void register(MmuNotifier notifier);

    /**
     * Ends what {@link #register} began; on return no call to the listener is under way.
     *
     * @param notifier the listener
     */
    void unregister(MmuNotifier notifier);
}
