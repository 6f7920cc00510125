package org.dmemfs.kvm.tdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.BootPageTables;

/**
 * One processor's way from guest virtual to physical address: a direct-mapped cache of 4K translations in front of the
 * two-dimensional walk, which goes through the guest's page tables and then through the second level. Used by one thread
 * at a time, in the guest.
 */
final class Translation {
    private static final int SLOTS = 1024;
    private static final int PAGE_SHIFT = 12;
    private static final long CANONICAL = 1L << 47;
    private static final long PRESENT_USER = 5;
    private static final long LARGE = 1L << 7;
    private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
    /** A guest virtual page number never has this value. */
    private static final long EMPTY = -1;

    private final Mmu mmu;
    private final MemorySegment bootTables;
    private final SecondLevelMiss miss = new SecondLevelMiss();
    private final Mmu.Filled filled = new Mmu.Filled();
    private final long[] readable = new long[SLOTS];
    private final long[] writable = new long[SLOTS];
    private final long[] distance = new long[SLOTS];
    private final long[] end = new long[SLOTS];

    Translation(Mmu mmu, MemorySegment bootTables) {
        this.mmu = mmu;
        this.bootTables = bootTables;
        flush();
    }

    void flush() {
        Arrays.fill(readable, EMPTY);
        Arrays.fill(writable, EMPTY);
    }

    /** The physical address of a byte that the guest loads. */
    long load(long guestVirtualAddress) {
        long page = guestVirtualAddress >>> PAGE_SHIFT;
        int slot = (int) page & SLOTS - 1;
        return (readable[slot] == page ? distance[slot] : walk(guestVirtualAddress, false)) + guestVirtualAddress;
    }

    /** The physical address of a byte that the guest stores to. */
    long store(long guestVirtualAddress) {
        long page = guestVirtualAddress >>> PAGE_SHIFT;
        int slot = (int) page & SLOTS - 1;
        return (writable[slot] == page ? distance[slot] : walk(guestVirtualAddress, true)) + guestVirtualAddress;
    }

    /** Where the entry ends that the last load or store of an address went through: up to there bytes lie together. */
    long endOf(long guestVirtualAddress) {
        return end[(int) (guestVirtualAddress >>> PAGE_SHIFT) & SLOTS - 1];
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
        if (!mmu.walk(guestPhysicalAddress, write, filled)) {
            throw miss.at(guestPhysicalAddress, write);
        }
        long mask = filled.size.bytes() - 1;
        long physical = SecondLevelEntry.address(filled.leaf) & ~mask | guestPhysicalAddress & mask;
        // both levels together are only contiguous within the smaller entry, and the guest's are of 2M
        long together = Math.min(mask, PageSize.SIZE_2M.bytes() - 1);
        long page = guestVirtualAddress >>> PAGE_SHIFT;
        int slot = (int) page & SLOTS - 1;
        readable[slot] = page;
        // without the dirty bit, the first store has to walk
        writable[slot] = write ? page : EMPTY;
        distance[slot] = physical - guestVirtualAddress;
        end[slot] = (guestVirtualAddress | together) + 1;
        return distance[slot];
    }
}
