package org.dmemfs.kvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The page tables that a guest starts with, as its firmware would leave them: every guest virtual address below
 * {@link MemorySlots#guestPhysicalLimit} is the same guest physical address, in entries of 2M that ring 3 may use.
 *
 * <p>They lie right behind that limit, where no slot can be: one top-level page, one page for 512 GiB, 512 pages for 1 GiB
 * each, then a task state segment whose bitmap allows every port. Ring 3 cannot reach their own addresses; accessed and
 * dirty are set from the start, so the processor has no need to write to them.
 */
public final class BootPageTables {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRIES = 512;
    private static final long PAGE = 4096;
    private static final long PRESENT_WRITE_USER_ACCESSED = 0x27;
    private static final long DIRTY_AND_LARGE = 0xC0;
    private static final long PRESENT_ACCESSED = 0x21;
    private static final long SEGMENT_PAGES = 3;
    private static final long BITMAP_POINTER = 102;
    private static final short BITMAP = 104;
    private static final long PORTS = 1L << 16;
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
     * Where the task state segment lies.
     *
     * @return a guest physical address, and the same guest virtual address for all but ring 3
     */
    public static long taskStateSegment() {
        return root() + (2 + ENTRIES) * PAGE;
    }

    /**
     * How much room tables and segment need.
     *
     * @return bytes, a multiple of 4K
     */
    public static long bytes() {
        return (2 + ENTRIES + SEGMENT_PAGES) * PAGE;
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
        for (long entry = 0; entry < (long) ENTRIES * ENTRIES; entry++) {
            long rights = entry < mapped ? PRESENT_WRITE_USER_ACCESSED : PRESENT_ACCESSED;
            target.set(LONG, directories + entry * Long.BYTES, entry * TWO_MEBIBYTES | rights | DIRTY_AND_LARGE);
        }
        long segment = taskStateSegment() - root();
        target.set(SHORT, segment + BITMAP_POINTER, BITMAP);
        target.set(ValueLayout.JAVA_BYTE, segment + BITMAP + PORTS / Byte.SIZE, (byte) -1);
    }
}
