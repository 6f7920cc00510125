package org.dmemfs.kvm.tdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.BootPageTables;

/**
 * One processor's way from guest virtual to physical address: a direct-mapped cache of 4K translations in front of the
 * two-dimensional walk, which goes through the guest's page tables and then through the second level. What the second
 * level lacks is brought in on the way, outside the guest: then every translation from before may be void, and
 * {@link #flushes} tells. Used by one thread at a time, in the guest.
 */
final class Translation {
    private static final int SLOTS = 1024;
    private static final int STRIDE_BITS = 2;
    private static final int READABLE = 0;
    private static final int WRITABLE = 1;
    private static final int DISTANCE = 2;
    private static final int END = 3;
    private static final int PAGE_SHIFT = 12;
    private static final long CANONICAL = 1L << 47;
    private static final long PRESENT_USER = 5;
    private static final long LARGE = 1L << 7;
    private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
    /** A guest virtual page number never has this value. */
    private static final long EMPTY = -1;

    private final Mmu mmu;
    private final MemorySegment bootTables;
    private final SecondLevelFault fault;
    private final Mmu.Filled filled = new Mmu.Filled();
    private final long[] slots = new long[SLOTS << STRIDE_BITS];
    private int flushes;

    /** What the processor does about a missing entry. */
    interface SecondLevelFault {
        /**
         * Leaves the guest, has the entry made, and enters again.
         *
         * @throws SecondLevelMiss where the guest cannot go on; it has been left
         */
        void resolve(long guestPhysicalAddress, boolean write, Mmu.Filled filled);
    }

    Translation(Mmu mmu, MemorySegment bootTables, SecondLevelFault fault) {
        this.mmu = mmu;
        this.bootTables = bootTables;
        this.fault = fault;
        flush();
    }

    void flush() {
        flushes++;
        Arrays.fill(slots, EMPTY);
    }

    /** How often everything was dropped: an address that was translated before the last time may be another's. */
    int flushes() {
        return flushes;
    }

    /** The physical address of a byte that the guest loads. */
    long load(long guestVirtualAddress) {
        return translate(guestVirtualAddress, READABLE);
    }

    /** The physical address of a byte that the guest stores to. */
    long store(long guestVirtualAddress) {
        return translate(guestVirtualAddress, WRITABLE);
    }

    private long translate(long guestVirtualAddress, int right) {
        long page = guestVirtualAddress >>> PAGE_SHIFT;
        int slot = slot(page);
        return (slots[slot + right] == page ? slots[slot + DISTANCE] : walk(guestVirtualAddress, right == WRITABLE))
                + guestVirtualAddress;
    }

    /** Where the entry ends that the last load or store of an address went through: up to there bytes lie together. */
    long endOf(long guestVirtualAddress) {
        return slots[slot(guestVirtualAddress >>> PAGE_SHIFT) + END];
    }

    /** What the guest's own tables say. Without a present entry there: a page fault, which nobody handles. */
    long guestPhysical(long guestVirtualAddress) {
        if (guestVirtualAddress < 0 || guestVirtualAddress >= CANONICAL) {
            throw new GuestException("general protection: 0x%x is no canonical address".formatted(guestVirtualAddress));
        }
        long table = BootPageTables.root();
        for (int shift = 39;; shift -= 9) {
            long index = guestVirtualAddress >>> shift & 511;
            long entry = bootTables.get(ValueLayout.JAVA_LONG, table - BootPageTables.root() + index * Long.BYTES);
            if ((entry & PRESENT_USER) != PRESENT_USER) {
                throw new GuestException(
                        "page fault: the guest's page tables do not give ring 3 0x%x".formatted(guestVirtualAddress));
            }
            if ((entry & LARGE) != 0 || shift == PAGE_SHIFT) {
                long mask = (1L << shift) - 1;
                return entry & ADDRESS & ~mask | guestVirtualAddress & mask;
            }
            table = entry & ADDRESS;
        }
    }

    private long walk(long guestVirtualAddress, boolean write) {
        long guestPhysicalAddress = guestPhysical(guestVirtualAddress);
        boolean found = mmu.walk(guestPhysicalAddress, write, filled);
        while (!found) {
            fault.resolve(guestPhysicalAddress, write, filled);
            found = filled.leaf != 0 || mmu.walk(guestPhysicalAddress, write, filled);
        }
        long mask = filled.size.bytes() - 1;
        long physical = SecondLevelEntry.address(filled.leaf) & ~mask | guestPhysicalAddress & mask;
        // both levels together are only contiguous within the smaller entry, and the guest's are of 2M
        long together = Math.min(mask, PageSize.SIZE_2M.bytes() - 1);
        long page = guestVirtualAddress >>> PAGE_SHIFT;
        int slot = slot(page);
        slots[slot + READABLE] = page;
        // without the dirty bit, the first store has to walk
        slots[slot + WRITABLE] = write ? page : EMPTY;
        slots[slot + DISTANCE] = physical - guestVirtualAddress;
        slots[slot + END] = (guestVirtualAddress | together) + 1;
        return physical - guestVirtualAddress;
    }

    private static int slot(long page) {
        return ((int) page & SLOTS - 1) << STRIDE_BITS;
    }
}
