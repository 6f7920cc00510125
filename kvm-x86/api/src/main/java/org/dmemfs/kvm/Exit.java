package org.dmemfs.kvm;

/** Why a virtual processor stopped running. */
public sealed interface Exit {
    /**
     * It wrote to a port.
     *
     * @param port the port
     * @param bytes 1, 2 or 4
     * @param value what was written
     */
    record PortWrite(int port, int bytes, long value) implements Exit {
    }

    /**
     * It touched guest memory that no slot has, or stored to a read-only slot.
     *
     * @param guestPhysicalAddress where
     * @param write whether to store
     */
    record Mmio(long guestPhysicalAddress, boolean write) implements Exit {
    }

    /** It halted. */
    record Halt() implements Exit {
    }

    /**
     * Memory of a slot was not to be had: KVM_RUN answers EFAULT.
     *
     * @param sentence why
     */
    record Fault(String sentence) implements Exit {
    }

    /**
     * It met a bad page: the thread would get SIGBUS, BUS_MCEERR_AR. A real guest whose memory is in huge pages of the host
     * loses the whole of one that has a bad frame, though the task itself loses 4K.
     *
     * @param hostVirtualAddress where, in the address space of the slot
     * @param leastSignificantBit how much is lost
     */
    record Poison(long hostVirtualAddress, int leastSignificantBit) implements Exit {
    }

    /**
     * It cannot go on: an instruction that this kind of guest does not run, or a fault without a handler.
     *
     * @param sentence what it was
     */
    record Shutdown(String sentence) implements Exit {
    }
}
