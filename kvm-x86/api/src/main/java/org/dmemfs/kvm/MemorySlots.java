package org.dmemfs.kvm;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.jspecify.annotations.Nullable;

/** The slots of a machine, disjoint, and the rules for them that every kind of guest keeps. Immutable. */
public final class MemorySlots {
    private static final int SLOTS = 509;
    private static final long PAGE_MASK = 4095;
    private static final long USER_ADDRESSES = 1L << 47;
    private static final long BOOT_ROOM = 4L << 20;
    private static final MemorySlots NONE = new MemorySlots(new MemorySlot[0]);

    /** Ascending by guest physical address. */
    private final MemorySlot[] byAddress;

    private MemorySlots(MemorySlot[] byAddress) {
        this.byAddress = byAddress;
    }

    /**
     * A machine without memory.
     *
     * @return no slots
     */
    public static MemorySlots none() {
        return NONE;
    }

    /**
     * The end of what a guest can address: 512 GiB, as its page tables have one top-level entry, but for 4 MiB that hold
     * those tables.
     *
     * @return the first guest physical address that no slot can have
     */
    public static long guestPhysicalLimit() {
        return (1L << 39) - BOOT_ROOM;
    }

    /**
     * The same slots and one more.
     *
     * @param slot the new one
     * @return the slots
     * @throws ErrnoException EINVAL for addresses or lengths that are not multiples of 4K or out of range, EEXIST where it
     *         overlaps another slot or its number is in use
     */
    public MemorySlots with(MemorySlot slot) {
        check(slot);
        for (MemorySlot other : byAddress) {
            if (other.slot() == slot.slot()) {
                throw new ErrnoException(Errno.EEXIST, "the slot number " + slot.slot() + " is in use by " + other);
            }
            if (slot.guestPhysicalAddress() < end(other) && other.guestPhysicalAddress() < end(slot)) {
                throw new ErrnoException(Errno.EEXIST, "the slot " + slot + " overlaps " + other);
            }
        }
        return new MemorySlots(Stream.concat(Arrays.stream(byAddress), Stream.of(slot))
                .sorted(Comparator.comparingLong(MemorySlot::guestPhysicalAddress)).toArray(MemorySlot[]::new));
    }

    /**
     * The same slots but for one.
     *
     * @param slot the number of the one that goes
     * @return the slots
     * @throws ErrnoException EINVAL where there is none of that number
     */
    public MemorySlots without(int slot) {
        MemorySlot gone = require(slot);
        return new MemorySlots(
                Arrays.stream(byAddress).filter(other -> !other.equals(gone)).toArray(MemorySlot[]::new));
    }

    /**
     * The same slots, one of them elsewhere.
     *
     * @param slot its number
     * @param guestPhysicalAddress the new address
     * @return the slots
     * @throws ErrnoException EINVAL where there is none of that number or the address does not fit, EEXIST where another
     *         slot is there
     */
    public MemorySlots moved(int slot, long guestPhysicalAddress) {
        MemorySlot old = require(slot);
        return without(slot).with(
                new MemorySlot(slot, guestPhysicalAddress, old.bytes(), old.hostVirtualAddress(), old.readOnly()));
    }

    /**
     * The slot that a guest physical address falls into. Makes no garbage.
     *
     * @param guestPhysicalAddress any address
     * @return the slot, or null
     */
    public @Nullable MemorySlot at(long guestPhysicalAddress) {
        int low = 0;
        int high = byAddress.length - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            MemorySlot slot = byAddress[middle];
            if (guestPhysicalAddress < slot.guestPhysicalAddress()) {
                high = middle - 1;
            } else if (guestPhysicalAddress >= end(slot)) {
                low = middle + 1;
            } else {
                return slot;
            }
        }
        return null;
    }

    /**
     * The slot of a number.
     *
     * @param slot a number
     * @return the slot
     * @throws ErrnoException EINVAL where there is none
     */
    public MemorySlot require(int slot) {
        return numbered(slot).orElseThrow(() -> new ErrnoException(Errno.EINVAL, "there is no slot " + slot
                + "; the slots are " + all().stream().map(other -> Integer.toString(other.slot())).toList()));
    }

    /**
     * The slot of a number.
     *
     * @param slot any number
     * @return empty where there is none
     */
    public Optional<MemorySlot> numbered(int slot) {
        return Arrays.stream(byAddress).filter(other -> other.slot() == slot).findFirst();
    }

    /**
     * Whether any slot has memory of a range of the address space.
     *
     * @param start first host virtual address
     * @param end first host virtual address after it
     * @return false where no slot reaches into it
     */
    public boolean haveMemoryOf(long start, long end) {
        return Arrays.stream(byAddress).anyMatch(slot -> slot.hostVirtualAddress() < end
                && slot.hostVirtualAddress() + slot.bytes() > start);
    }

    /**
     * All of them.
     *
     * @return by number
     */
    public List<MemorySlot> all() {
        return Arrays.stream(byAddress).sorted(Comparator.comparingInt(MemorySlot::slot)).toList();
    }

    private static long end(MemorySlot slot) {
        return slot.guestPhysicalAddress() + slot.bytes();
    }

    private static void check(MemorySlot slot) {
        if (slot.slot() < 0 || slot.slot() >= SLOTS) {
            throw new ErrnoException(Errno.EINVAL,
                    "the slot number " + slot.slot() + " is not one of 0 to " + (SLOTS - 1));
        }
        checkRange("guest physical address", slot.guestPhysicalAddress(), slot.bytes(), guestPhysicalLimit());
        checkRange("host virtual address", slot.hostVirtualAddress(), slot.bytes(), USER_ADDRESSES);
    }

    private static void checkRange(String what, long start, long bytes, long limit) {
        if ((start & PAGE_MASK) != 0 || (bytes & PAGE_MASK) != 0 || start < 0 || bytes <= 0 || bytes > limit
                || start > limit - bytes) {
            throw new ErrnoException(Errno.EINVAL,
                    "a slot of 0x%x bytes at %s 0x%x is not whole pages of 4K below 0x%x".formatted(bytes, what, start,
                            limit));
        }
    }
}
