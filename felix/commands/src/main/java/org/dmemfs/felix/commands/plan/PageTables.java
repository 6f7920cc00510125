package org.dmemfs.felix.commands.plan;

import java.util.Map;
import java.util.Optional;
import org.dmemfs.kernel.PageSize;

/**
 * Tables of four levels and 512 entries of 8 bytes that map memory of guests, each guest's from a border of a table on.
 *
 * @param entry the size of the lowest entries, empty where nothing is mapped
 */
record PageTables(Optional<PageSize> entry) {
    private static final long TABLE_BYTES = 4096;
    private static final int TABLE_SHIFT = 9;
    /** What one table of the third level maps; one of the fourth has all that x86-64 can. */
    private static final int TOP_SHIFT = 48;

    /** The tables of one guest. */
    long bytesOf(long guestBytes) {
        if (entry.isEmpty()) {
            return 0;
        }
        long tables = 0;
        for (int shift = entry.get().shift() + TABLE_SHIFT; shift <= TOP_SHIFT; shift += TABLE_SHIFT) {
            tables += (guestBytes + (1L << shift) - 1) >> shift;
        }
        return tables * TABLE_BYTES;
    }

    /** The tables of many. */
    long bytesOf(Map<Long, Integer> guestsBySize) {
        return guestsBySize.entrySet().stream().mapToLong(each -> bytesOf(each.getKey()) * each.getValue()).sum();
    }

    String formula(String who) {
        if (entry.isEmpty()) {
            return "compare saw nothing mapped by " + who;
        }
        StringBuilder sum = new StringBuilder();
        for (int shift = entry.get().shift() + TABLE_SHIFT; shift <= TOP_SHIFT; shift += TABLE_SHIFT) {
            sum.append(sum.isEmpty() ? "" : " + ").append("ceil(bytes / ").append(label(shift)).append(')');
        }
        return "4096 x the sum over guests of %s: entries of %s, as compare saw them made by %s".formatted(sum,
                entry.get().label(), who);
    }

    private static String label(int shift) {
        return (1L << shift % 10) + "KMGT".substring(shift / 10 - 1, shift / 10);
    }
}
