package org.dmemfs.kvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The page tables that a guest starts with, as its firmware would leave them: every guest virtual address below
 * {@link MemorySlots#guestPhysicalLimit} is the same guest physical address, in entries of 2M that ring 3 may use.
 *
 * <p>They lie right behind that limit, where no slot can be: one top-level page, one page for 512 GiB, 512 pages for 1 GiB
 * each. Their own addresses are not mapped, so the guest cannot reach them; accessed and dirty are set from the start, so
 * the processor has no need to write to them.
 */
public final class BootPageTables {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRIES = 512;
    private static final long PAGE = 4096;
    private static final long PRESENT_WRITE_USER_ACCESSED = 0x27;
    private static final long DIRTY_AND_LARGE = 0xC0;
    private static final long TWO_MEBIBYTES = 1L << 21;

    private BootPageTables() {
    }

    /**
     * Where the top-level page lies.
     *
     * @return a guest physical address, what CR3 holds
     */
    public static long root() {
        return MemorySlots.guestPhysicalLimit();
    }

    /**
     * How much room the tables need.
     *
     * @return bytes, a multiple of 4K
     */
    public static long bytes() {
        return (2 + ENTRIES) * PAGE;
    }

    /**
     * Writes the tables.
     *
     * @param target zeroed memory that the guest will see at {@link #root}, at least {@link #bytes} long
     */
    public static void writeTo(MemorySegment target) {
        long pointers = PAGE;
        long directories = 2 * PAGE;
        target.set(LONG, 0, root() + pointers | PRESENT_WRITE_USER_ACCESSED);
        for (int gibibyte = 0; gibibyte < ENTRIES; gibibyte++) {
            target.set(LONG, pointers + gibibyte * (long) Long.BYTES,
                    root() + directories + gibibyte * PAGE | PRESENT_WRITE_USER_ACCESSED);
        }
        long mapped = MemorySlots.guestPhysicalLimit() / TWO_MEBIBYTES;
        for (long entry = 0; entry < mapped; entry++) {
            target.set(LONG, directories + entry * Long.BYTES,
                    entry * TWO_MEBIBYTES | PRESENT_WRITE_USER_ACCESSED | DIRTY_AND_LARGE);
        }
    }
}
