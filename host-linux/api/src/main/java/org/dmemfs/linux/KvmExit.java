package org.dmemfs.linux;

import java.util.List;
import java.util.OptionalLong;

/** Why {@link KvmVcpu#run} returned. Immutable values. */
public sealed interface KvmExit {
    /** Which way an I/O access goes, seen from the guest. */
    enum Direction {
        /** The guest reads: an IN instruction. */
        IN,
        /** The guest writes: an OUT instruction. */
        OUT
    }

    /**
     * An IN or OUT instruction (KVM_EXIT_IO).
     *
     * @param direction which way
     * @param port the port, 0 to 65535
     * @param size bytes of one element: 1, 2 or 4
     * @param count elements: 1, or more for a string instruction
     * @param values what the guest writes, one per element, unsigned; empty for IN
     */
    record Io(Direction direction, int port, int size, int count, List<Long> values) implements KvmExit {
        /** Takes a copy of the values. */
        public Io {
            values = List.copyOf(values);
        }

        /**
         * What an OUT that is no string instruction writes.
         *
         * @return the first value, or 0 for IN
         */
        public long value() {
            return values.isEmpty() ? 0 : values.getFirst();
        }
    }

    /**
     * An access outside every slot, or a store to a read-only one (KVM_EXIT_MMIO).
     *
     * @param guestPhysicalAddress where
     * @param length bytes, 1 to 8
     * @param write whether the guest stores
     * @param value what it stores, little-endian; 0 for a read
     */
    record Mmio(long guestPhysicalAddress, int length, boolean write, long value) implements KvmExit {
    }

    /** A HLT instruction (KVM_EXIT_HLT). */
    record Halt() implements KvmExit {
    }

    /** The guest ended itself, as by a triple fault (KVM_EXIT_SHUTDOWN). */
    record Shutdown() implements KvmExit {
    }

    /**
     * The guest reached memory that the window does not map (KVM_RUN answered EFAULT). Once it is mapped, the next run
     * repeats the access.
     *
     * @param guestPhysicalAddress where, if the host says so (KVM_EXIT_MEMORY_FAULT)
     */
    record Fault(OptionalLong guestPhysicalAddress) implements KvmExit {
    }

    /**
     * The guest touched poisoned memory: the host's SIGBUS with BUS_MCEERR_AR, caught inside KVM_RUN.
     *
     * @param slot the slot that has the memory
     * @param guestPhysicalAddress where the guest sees it, at the granularity of {@code addressLsb}
     * @param windowOffset where it is in the slot's window, in bytes
     * @param addressLsb binary logarithm of how many bytes are lost: 12, 21 or 30
     */
    record Poison(int slot, long guestPhysicalAddress, long windowOffset, int addressLsb) implements KvmExit {
    }

    /** {@link KvmVcpu#interrupt} was called, or the processor is being closed. */
    record Interrupted() implements KvmExit {
    }

    /**
     * The host gave up on the guest (KVM_EXIT_INTERNAL_ERROR, KVM_EXIT_FAIL_ENTRY, or an exit that this contract does
     * not know).
     *
     * @param sentence what the host said
     */
    record Failed(String sentence) implements KvmExit {
    }
}
