package org.dmemfs.kvm;

import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.AddressSpace;
import org.osgi.annotation.versioning.ProviderType;

/** A kind of guest. A service with the property {@code guest}; the highest ranking is the default. Safe for any thread. */
@ProviderType
public interface Hypervisor {
    /**
     * What kind of guest it makes.
     *
     * @return such as tdp or host-kvm
     */
    String kind();

    /**
     * Whether a real processor runs the guests.
     *
     * @return false where an interpreter does
     */
    boolean real();

    /**
     * What runs the guests, and where that is an interpreter, why.
     *
     * @return a few words for people
     */
    String reason();

    /**
     * A new machine without memory and processors.
     *
     * @param name for people
     * @param addressSpace whose memory its slots are ranges of
     * @return the machine
     * @throws ErrnoException ENODEV where guests can no longer be made
     */
    VirtualMachine create(String name, AddressSpace addressSpace);

    /**
     * The machines that live.
     *
     * @return in the order of creation
     */
    List<VirtualMachine> machines();
}
