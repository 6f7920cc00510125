package org.dmemfs.kvm;

import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** A virtual processor. To be used by one thread at a time. */
@ProviderType
public interface VirtualProcessor {
    /**
     * Its registers.
     *
     * @return as they are now
     * @throws ErrnoException ENODEV once the machine has ended, EBUSY while it runs in another thread
     */
    Registers registers();

    /**
     * Sets its registers.
     *
     * @param registers the new ones
     * @throws ErrnoException as {@link #registers}
     */
    void setRegisters(Registers registers);

    /**
     * Has the time that the processor's thread waited for a processor of the host written into guest memory whenever it
     * begins to run ({@code MSR_KVM_STEAL_TIME}): 64 bytes, of which the first 8 are nanoseconds and the next 4 a version,
     * odd while the record changes.
     *
     * @param guestPhysicalAddress a multiple of 64, in memory of a slot
     * @throws ErrnoException EINVAL for another address, EOPNOTSUPP for a real guest whose host keeps no such time; else as
     *         {@link #registers}
     */
    void enableStealTime(long guestPhysicalAddress);

    /**
     * Runs until it exits. The instruction pointer then stands behind a port write or a store to where no memory is, and at
     * the instruction that met a fault or poison. A load from where no memory is, and one from a port, give all ones.
     *
     * @return why it stopped
     * @throws ErrnoException ENODEV once the machine has ended, also where it ends meanwhile; EBUSY while it runs in
     *         another thread
     */
    Exit run();
}
