package org.dmemfs.mm.mm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a processor knows of an address space: the TLB of one thread, and its section. Only its thread uses it; others look
 * at the section alone.
 *
 * <p>The section is the answer to an access under way while an entry goes. Its number is odd while the thread walks the
 * tables or moves bytes, and whoever took entries out waits for an odd number to change before the frames get another
 * owner. A load that finds its way in the TLB or in the {@link TableCache} needs no section: it looks at the generation again
 * after the bytes and drops them if the entries have changed meanwhile, which costs no fence.
 *
 * <p>Each slot says of which generation it is, so that a shoot-down has nothing to clear.
 */
final class TranslationBuffer {
    static final long MISS = -1;
    private static final int SLOTS = 1024;
    private static final int PAGE = 0;
    private static final int FRAME = 1;
    private static final int GENERATION = 2;
    private static final int STRIDE_BITS = 2;
    private static final long WRITABLE = 1;
    private static final VarHandle SECTION;

    static {
        try {
            SECTION = MethodHandles.lookup().findVarHandle(TranslationBuffer.class, "section", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final WalkCursor cursor = new WalkCursor();
    final TableCache tables = new TableCache();
    final PendingFault fault;
    /** The thread whose buffer this is. */
    final long threadId;
    private final long[] slots = new long[SLOTS << STRIDE_BITS];
    @SuppressWarnings({"unused", "UnusedVariable"}) // through SECTION
    private volatile long section;

    TranslationBuffer(PendingFault fault, long threadId) {
        this.fault = fault;
        this.threadId = threadId;
    }

    /** The physical address behind a virtual one, or {@link #MISS}. */
    long readable(long virtualAddress, long generation) {
        long page = virtualAddress >>> Entries.PTE_SHIFT;
        int slot = slot(page);
        if (slots[slot + PAGE] != page || slots[slot + GENERATION] != generation) {
            return MISS;
        }
        return slots[slot + FRAME] & -2L | virtualAddress & 0xfff;
    }

    /** The same for a store: a page that was not written before is a miss, so that the walk sets DIRTY. */
    long writable(long virtualAddress, long generation) {
        long page = virtualAddress >>> Entries.PTE_SHIFT;
        int slot = slot(page);
        if (slots[slot + PAGE] != page || slots[slot + GENERATION] != generation
                || (slots[slot + FRAME] & WRITABLE) == 0) {
            return MISS;
        }
        return slots[slot + FRAME] & -2L | virtualAddress & 0xfff;
    }

    void fill(long virtualAddress, long physicalPage, boolean writable, long generation) {
        long page = virtualAddress >>> Entries.PTE_SHIFT;
        int slot = slot(page);
        slots[slot + PAGE] = page;
        slots[slot + FRAME] = physicalPage | (writable ? WRITABLE : 0);
        slots[slot + GENERATION] = generation;
    }

    private static int slot(long page) {
        return ((int) page & SLOTS - 1) << STRIDE_BITS;
    }

    /** Begins a section; a full fence, so that what is read after it is read after others can see it. */
    void enter() {
        SECTION.setVolatile(this, (long) SECTION.get(this) + 1);
    }

    void exit() {
        SECTION.setRelease(this, (long) SECTION.get(this) + 1);
    }

    boolean inSection() {
        return ((long) SECTION.get(this) & 1) != 0;
    }

    /** Waits until a section that is under way has ended. Called by other threads. */
    @SuppressWarnings("ThreadPriorityCheck") // a section is a handful of loads, unless its thread lost the processor
    void awaitSection() {
        long seen = (long) SECTION.getVolatile(this);
        if ((seen & 1) == 0) {
            return;
        }
        for (int spins = 0; (long) SECTION.getVolatile(this) == seen; spins++) {
            if (spins < 1000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
