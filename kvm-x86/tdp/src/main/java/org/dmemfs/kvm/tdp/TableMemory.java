package org.dmemfs.kvm.tdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Pages of 4K for page tables, outside the Java heap and apart from the machine's RAM, where a table could go bad. A table
 * is known by its address here, which starts at 4K so that 0 is no table. Guarded by its owner's lock.
 */
final class TableMemory {
    static final int ENTRIES = 512;
    private static final int PAGE_SHIFT = 12;
    private static final int CHUNK_SHIFT = 18;
    private static final long CHUNK = 1L << CHUNK_SHIFT;

    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> chunks = new ArrayList<>();
    private final Deque<Long> free = new ArrayDeque<>();
    private long next = 1L << PAGE_SHIFT;
    private long used;

    /** A zeroed table. */
    long allocate() {
        used++;
        Long again = free.pollFirst();
        if (again != null) {
            return again;
        }
        while (next >> CHUNK_SHIFT >= chunks.size()) {
            chunks.add(arena.allocate(CHUNK, 1L << PAGE_SHIFT));
        }
        long table = next;
        next += 1L << PAGE_SHIFT;
        return table;
    }

    /** Takes a table back, whatever is in it. */
    void release(long table) {
        chunk(table).asSlice(table & CHUNK - 1, 1L << PAGE_SHIFT).fill((byte) 0);
        free.addFirst(table);
        used--;
    }

    long get(long table, int index) {
        return chunk(table).get(ValueLayout.JAVA_LONG, (table & CHUNK - 1) + ((long) index << 3));
    }

    void set(long table, int index, long entry) {
        chunk(table).set(ValueLayout.JAVA_LONG, (table & CHUNK - 1) + ((long) index << 3), entry);
    }

    /** How many tables are in use. */
    long tables() {
        return used;
    }

    void close() {
        arena.close();
    }

    private MemorySegment chunk(long table) {
        return chunks.get((int) (table >> CHUNK_SHIFT));
    }
}
