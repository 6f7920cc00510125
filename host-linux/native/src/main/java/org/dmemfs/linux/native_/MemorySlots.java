package org.dmemfs.linux.native_;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.KvmExit;

/** The slots of a virtual machine. Changed under the machine's lock; processors look poisoned addresses up meanwhile. */
final class MemorySlots {
    private final Map<Integer, MemorySlot> bySlot = new ConcurrentHashMap<>();

    MemorySlot get(int slot) {
        MemorySlot found = bySlot.get(slot);
        if (found == null) {
            throw new ErrnoException(Errno.ENOENT, "the machine has no memory slot " + slot);
        }
        return found;
    }

    /** Enters a slot whose window is retained, and lets go of the window of the one it replaces. */
    void put(MemorySlot slot) {
        MemorySlot replaced = bySlot.put(slot.slot(), slot);
        if (replaced != null) {
            replaced.window().releaseSlot();
        }
    }

    void remove(int slot) {
        MemorySlot removed = bySlot.remove(slot);
        if (removed != null) {
            removed.window().releaseSlot();
        }
    }

    void clear() {
        bySlot.keySet().forEach(this::remove);
    }

    KvmExit poisoned(GuestEntry.PoisonedAddress address) {
        for (MemorySlot slot : bySlot.values()) {
            if (slot.contains(address.hostVirtualAddress())) {
                long offset = slot.offsetOf(address.hostVirtualAddress());
                return new KvmExit.Poison(slot.slot(), slot.guestPhysicalAddress() + offset,
                        slot.windowOffset() + offset, address.addressLsb());
            }
        }
        return new KvmExit.Failed("the host reported poisoned memory that no slot has");
    }
}
