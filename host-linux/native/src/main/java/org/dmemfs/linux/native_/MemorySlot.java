package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.dmemfs.linux.KvmSlotFlag;

/** A slot as it was given to the host, and its {@code struct kvm_userspace_memory_region}. */
record MemorySlot(int slot, long guestPhysicalAddress, ReservedWindow window, long windowOffset, long bytes,
        Set<KvmSlotFlag> flags) {
    private static final int SLOT = 0;
    private static final int FLAGS = 4;
    private static final int GUEST_PHYSICAL_ADDRESS = 8;
    private static final int MEMORY_SIZE = 16;
    private static final int USERSPACE_ADDRESS = 24;
    private static final int STRUCT_BYTES = 32;
    private static final int KVM_MEM_LOG_DIRTY_PAGES = 1;
    private static final int KVM_MEM_READONLY = 2;

    MemorySlot {
        flags = Set.copyOf(flags);
    }

    MemorySegment region(Arena arena) {
        MemorySegment region = deletion(slot, arena);
        region.set(JAVA_INT, FLAGS, (flags.contains(KvmSlotFlag.LOG_DIRTY_PAGES) ? KVM_MEM_LOG_DIRTY_PAGES : 0)
                | (flags.contains(KvmSlotFlag.READ_ONLY) ? KVM_MEM_READONLY : 0));
        region.set(JAVA_LONG, GUEST_PHYSICAL_ADDRESS, guestPhysicalAddress);
        region.set(JAVA_LONG, MEMORY_SIZE, bytes);
        region.set(JAVA_LONG, USERSPACE_ADDRESS, window.addressOf(windowOffset));
        return region;
    }

    /** A region of size 0, which is how a slot is deleted. */
    static MemorySegment deletion(int slot, Arena arena) {
        MemorySegment region = arena.allocate(STRUCT_BYTES, Long.BYTES);
        region.set(JAVA_INT, SLOT, slot);
        return region;
    }

    /** Whether a host virtual address is a byte of the slot. */
    boolean contains(long hostVirtualAddress) {
        long offset = hostVirtualAddress - window.addressOf(windowOffset);
        return offset >= 0 && offset < bytes;
    }

    long offsetOf(long hostVirtualAddress) {
        return hostVirtualAddress - window.addressOf(windowOffset);
    }
}
