package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.mm.WalkStep;

/**
 * The page table of one address space: 4 or 5 levels of 512 entries. Tables are put in place and entries changed by
 * compare-and-set, so that faults need no page-table lock; tables are taken out only by {@link TableRelease}.
 */
final class PageTable {
    static final long NO_MEMORY = 0;
    static final long HUGE_IN_THE_WAY = -1;
    private static final String[] NAMES = {"PTE", "PMD", "PUD", "P4D", "PGD"};

    private final TableMemory memory;
    private final int topShift;
    private final int addressBits;
    private final AtomicLong pages = new AtomicLong();
    private volatile long top;

    PageTable(TableMemory memory, int levels) {
        this.memory = memory;
        this.topShift = Entries.PTE_SHIFT + (levels - 1) * Entries.BITS_PER_LEVEL;
        // The upper half of the addresses is the kernel's.
        this.addressBits = topShift + Entries.BITS_PER_LEVEL - 1;
    }

    /** Makes the top table; false where there is no frame for it. */
    boolean create() {
        top = memory.allocate();
        if (top != 0) {
            pages.incrementAndGet();
        }
        return top != 0;
    }

    TableMemory memory() {
        return memory;
    }

    int topShift() {
        return topShift;
    }

    /** One past the last address of a task, less a guard page ({@code TASK_SIZE}). */
    long taskSize() {
        return (1L << addressBits) - (1L << Entries.PTE_SHIFT);
    }

    /** The frame of the top table, 0 after the end. */
    long top() {
        return top;
    }

    long pages() {
        return pages.get();
    }

    void forgetTop() {
        top = 0;
    }

    /** A table was put in place by someone else than {@link #ensure}. */
    void pageMade() {
        pages.incrementAndGet();
    }

    void pagesReleased(long count) {
        pages.addAndGet(-count);
    }

    /** Walks to the lowest entry. Within a section, or with the tables held in place otherwise. */
    void walk(long virtualAddress, WalkCursor cursor) {
        long table = top;
        int shift = topShift;
        if (table == 0 || virtualAddress >>> addressBits != 0) {
            cursor.location = 0;
            cursor.entry = 0;
            cursor.shift = shift;
            return;
        }
        descend(virtualAddress, cursor, table, shift);
    }

    /** The same from the table that a processor knows, if it does; afterwards it does. */
    void walk(long virtualAddress, WalkCursor cursor, TableCache known, long generation) {
        long table = known.find(virtualAddress, generation);
        if (table != TableCache.NONE) {
            descend(virtualAddress, cursor, table, Entries.PMD_SHIFT);
            return;
        }
        walk(virtualAddress, cursor);
        if (cursor.shift <= Entries.PMD_SHIFT) {
            known.put(virtualAddress, cursor.pmdTable, generation);
        }
    }

    /**
     * The 2M entry of an address whose table the processor knows, or 0. Needs no section, but is true only where the generation
     * is still the same afterwards: the table may be another's by now.
     */
    long hugeEntry(long virtualAddress, TableCache known, long generation) {
        long table = known.find(virtualAddress, generation);
        return table == TableCache.NONE
                ? 0
                : memory.get(TableMemory.location(table, virtualAddress, Entries.PMD_SHIFT));
    }

    private void descend(long virtualAddress, WalkCursor cursor, long firstTable, int firstShift) {
        long table = firstTable;
        int shift = firstShift;
        while (true) {
            if (shift == Entries.PMD_SHIFT) {
                cursor.pmdTable = table;
            }
            long location = TableMemory.location(table, virtualAddress, shift);
            long entry = memory.get(location);
            if (shift == Entries.PTE_SHIFT || !Entries.isPresent(entry) || Entries.has(entry, Entries.HUGE)) {
                cursor.location = location;
                cursor.entry = entry;
                cursor.shift = shift;
                return;
            }
            table = Entries.pfn(entry);
            shift -= Entries.BITS_PER_LEVEL;
        }
    }

    /**
     * The location of the entry of a level, with the tables above it made where they are missing; {@link #NO_MEMORY} or
     * {@link #HUGE_IN_THE_WAY} where there can be none.
     */
    long ensure(long virtualAddress, int wantedShift) {
        long table = top;
        for (int shift = topShift;; shift -= Entries.BITS_PER_LEVEL) {
            long location = TableMemory.location(table, virtualAddress, shift);
            if (shift == wantedShift) {
                return location;
            }
            long entry = memory.get(location);
            if (entry == 0) {
                long made = memory.allocate();
                if (made == 0) {
                    return NO_MEMORY;
                }
                if (memory.compareAndSet(location, 0, Entries.table(made))) {
                    pages.incrementAndGet();
                    table = made;
                    continue;
                }
                memory.release(made);
                entry = memory.get(location);
            }
            if (Entries.has(entry, Entries.HUGE) || !Entries.isPresent(entry)) {
                return HUGE_IN_THE_WAY;
            }
            table = Entries.pfn(entry);
        }
    }

    /** Every level of one address, for people. Within a section. */
    List<WalkStep> steps(long virtualAddress) {
        List<WalkStep> steps = new ArrayList<>();
        long table = top;
        if (table == 0 || virtualAddress >>> addressBits != 0) {
            return steps;
        }
        for (int shift = topShift;; shift -= Entries.BITS_PER_LEVEL) {
            long entry = memory.get(TableMemory.location(table, virtualAddress, shift));
            boolean leaf = Entries.isPresent(entry)
                    && (shift == Entries.PTE_SHIFT || Entries.has(entry, Entries.HUGE));
            steps.add(new WalkStep(name(shift), (int) (virtualAddress >>> shift) & Entries.ENTRIES_PER_TABLE - 1, entry,
                    Entries.names(entry), leaf));
            if (leaf || shift == Entries.PTE_SHIFT || !Entries.isPresent(entry)) {
                return steps;
            }
            table = Entries.pfn(entry);
        }
    }

    /** With four levels the P4D is folded into the PGD. */
    private String name(int shift) {
        return shift == topShift ? "PGD" : NAMES[(shift - Entries.PTE_SHIFT) / Entries.BITS_PER_LEVEL];
    }
}
