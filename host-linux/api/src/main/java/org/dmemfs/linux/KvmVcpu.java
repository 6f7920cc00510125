package org.dmemfs.linux;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A processor of a {@link KvmVirtualMachine}. It works for one thread at a time: while a thread is in {@link #run}, every
 * call of another thread but {@link #interrupt} and {@link #close} answers EBUSY.
 */
@ProviderType
public interface KvmVcpu extends AutoCloseable {
    /**
     * The number it was created with.
     *
     * @return 0 or more
     */
    int id();

    /**
     * The general registers.
     *
     * @return their values
     * @throws org.dmemfs.kernel.ErrnoException EBUSY while another thread runs the processor; ENODEV after the close
     */
    KvmRegisters registers();

    /**
     * Sets all general registers.
     *
     * @param registers their values
     * @throws org.dmemfs.kernel.ErrnoException EBUSY while another thread runs the processor; ENODEV after the close
     */
    void setRegisters(KvmRegisters registers);

    /**
     * Puts the processor into 64-bit mode at privilege level 3 with I/O privilege level 3: what a user program sees, but
     * with IN and OUT allowed. Flat segments; rflags becomes 0x3002; the other general registers stay. There is no
     * interrupt table: an exception of the guest ends in {@link KvmExit.Shutdown}.
     *
     * @param pageTableRoot guest physical address of the top-level page table, a multiple of 4 KiB; entries that the
     *        guest is to use carry the user bit (2)
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the root is not a multiple of 4 KiB; EBUSY while another
     *         thread runs the processor; ENODEV after the close
     */
    void enterLongModeUser(long pageTableRoot);

    /**
     * As {@link #enterLongModeUser(long)}, with a task state segment. Some hosts (PVM) do not honour I/O privilege level 3
     * and look into the segment's permission bitmap instead; without one at a guest virtual address that is mapped, IN and
     * OUT end in {@link KvmExit.Shutdown} there.
     *
     * @param pageTableRoot as in {@link #enterLongModeUser(long)}
     * @param taskStateSegment guest virtual address of the segment; the processor's access to it needs no user bit
     * @throws org.dmemfs.kernel.ErrnoException as {@link #enterLongModeUser(long)}
     */
    void enterLongModeUser(long pageTableRoot, long taskStateSegment);

    /**
     * Puts the processor into 16-bit real mode with all segments at 0; rip is set by {@link #setRegisters}. Hosts
     * without unrestricted guest mode may fail to run it.
     *
     * @throws org.dmemfs.kernel.ErrnoException EBUSY while another thread runs the processor; ENODEV after the close
     */
    void enterRealMode();

    /**
     * Has the host keep the time in guest memory that the processor's thread waited for a processor of the host
     * ({@code MSR_KVM_STEAL_TIME}): 64 bytes, of which the first 8 are nanoseconds and the next 4 a version, odd while the
     * record changes. The host writes as the guest would: where the memory is not mapped, it does not.
     *
     * @param guestPhysicalAddress a multiple of 64
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for another address; EOPNOTSUPP where the host keeps no such time;
     *         EBUSY while another thread runs the processor; ENODEV after the close
     */
    void enableStealTime(long guestPhysicalAddress);

    /**
     * Runs the guest on the calling thread until something leaves it. After {@link KvmExit.Io} with direction IN and
     * {@link KvmExit.Mmio} that reads, call {@link #answer} before the next run.
     *
     * @return why the guest was left
     * @throws org.dmemfs.kernel.ErrnoException EINVAL on a virtual thread, as the host binds processor and signals to
     *         the platform thread; EBUSY while another thread runs the processor; ENODEV after the close; the host's
     *         errno where it cannot run the guest
     */
    KvmExit run();

    /**
     * What the guest's pending IN or read of device memory reads, once for each element of a string instruction.
     *
     * @param value little-endian, as many low bytes as the access has
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the last {@link #run} did not end in such a read; EBUSY while
     *         another thread runs the processor; ENODEV after the close
     */
    void answer(long value);

    /**
     * Makes the {@link #run} under way, or else the next one, return {@link KvmExit.Interrupted}; a guest that loops
     * without an exit is left too. Calls are not counted: two before the return are one.
     *
     * @throws org.dmemfs.kernel.ErrnoException ENODEV after the close
     */
    void interrupt();

    /** Interrupts the run under way, waits until it has returned, and gives the processor back to the host. */
    @Override
    void close();
}
