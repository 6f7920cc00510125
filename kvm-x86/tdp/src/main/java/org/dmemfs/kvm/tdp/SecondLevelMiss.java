package org.dmemfs.kvm.tdp;

import java.io.Serial;

/**
 * A processor in the guest found no second-level entry for an access. One object a processor, used again, without a stack
 * trace: it is how the processor leaves the guest, not an error.
 */
final class SecondLevelMiss extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private long guestPhysicalAddress;
    private boolean write;

    SecondLevelMiss() {
        super("second-level miss", null, false, false);
    }

    SecondLevelMiss at(long address, boolean store) {
        guestPhysicalAddress = address;
        write = store;
        return this;
    }

    long guestPhysicalAddress() {
        return guestPhysicalAddress;
    }

    boolean write() {
        return write;
    }
}
