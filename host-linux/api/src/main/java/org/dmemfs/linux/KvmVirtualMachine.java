package org.dmemfs.linux;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A virtual machine of the host: memory slots and processors. Safe for any thread. While a slot lies in an
 * {@link AddressWindow}, that window cannot be closed (EBUSY); its pages may be mapped and revoked at any time, the
 * guest follows.
 */
@ProviderType
public interface KvmVirtualMachine extends AutoCloseable {
    /**
     * Makes a range of a window the guest's memory, or changes the slot of that number.
     *
     * @param slot the slot's number, from 0 to {@link #slots()} - 1
     * @param guestPhysicalAddress where the guest sees it, a multiple of 4 KiB
     * @param window where the bytes are; unmapped parts of it make the guest exit with {@link KvmExit.Fault}
     * @param windowOffset where in the window, in bytes, a multiple of 4 KiB
     * @param bytes how much, a multiple of 4 KiB, more than 0
     * @param flags how the slot differs from plain memory; empty for plain memory
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a value outside these bounds, for a window of another
     *         provider, and where an existing slot would change its size, window or READ_ONLY; EEXIST where another
     *         slot has part of the guest range; ENODEV where the machine or the window is closed
     */
    void setMemorySlot(int slot, long guestPhysicalAddress, AddressWindow window, long windowOffset, long bytes,
            Set<KvmSlotFlag> flags);

    /**
     * Takes a slot away from the guest and lets go of its window.
     *
     * @param slot the slot's number
     * @throws org.dmemfs.kernel.ErrnoException ENOENT where there is no such slot; ENODEV after the close
     */
    void deleteMemorySlot(int slot);

    /**
     * How many slots the host allows.
     *
     * @return slots, KVM_CAP_NR_MEMSLOTS
     */
    int slots();

    /**
     * The pages of a slot that were stored to since the last call, which starts the recording anew.
     *
     * @param slot a slot with {@link KvmSlotFlag#LOG_DIRTY_PAGES}
     * @return a bitmap of 4 KiB pages: bit n of word w is page {@code 64 * w + n} of the slot
     * @throws org.dmemfs.kernel.ErrnoException ENOENT where there is no such slot or it does not log; ENODEV after the
     *         close
     */
    long[] dirtyLog(int slot);

    /**
     * A processor, with the host's own features, in the state after reset.
     *
     * @param id its number, 0 or more
     * @return the processor
     * @throws org.dmemfs.kernel.ErrnoException EINVAL for a negative number or one beyond the host's maximum; EEXIST
     *         where the machine has that processor; ENODEV after the close
     */
    KvmVcpu createVcpu(int id);

    /** Interrupts running processors, waits until each has left the guest, and gives everything back to the host. */
    @Override
    void close();
}
