package org.dmemfs.mm.mm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What a processor knows of an address space: the TLB of one thread, and its section. Only its thread uses it; others look
 * at the section alone.
 *
 * <p>The section is the answer to an access under way while an entry goes. Its number is odd while the thread walks the
 * tables or moves bytes, and whoever took entries out waits for an odd number to change before the frames get another
 * owner. A load that hits needs no section: it looks at the generation again after the bytes and drops them if the entries
 * have changed meanwhile, which costs no fence.
 */
final class TranslationBuffer {
    static final long MISS = -1;
    private static final int SLOTS = 1024;
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
    final PendingFault fault;
    private final long[] pages = new long[SLOTS];
    private final long[] frames = new long[SLOTS];
    private long generation = -1;
    @SuppressWarnings({"unused", "UnusedVariable"}) // through SECTION
    private volatile long section;

    TranslationBuffer(PendingFault fault) {
        this.fault = fault;
    }

    long generation() {
        return generation;
    }

    /** The physical address behind a virtual one, or {@link #MISS}. */
    long readable(long virtualAddress, long currentGeneration) {
        long page = virtualAddress >>> Entries.PTE_SHIFT;
        int slot = (int) page & SLOTS - 1;
        if (generation != currentGeneration || pages[slot] != page) {
            return MISS;
        }
        return (frames[slot] & -2L) + (virtualAddress & 0xfff);
    }

    /** The same for a store: a page that was not written before is a miss, so that the walk sets DIRTY. */
    long writable(long virtualAddress, long currentGeneration) {
        long page = virtualAddress >>> Entries.PTE_SHIFT;
        int slot = (int) page & SLOTS - 1;
        if (generation != currentGeneration || pages[slot] != page || (frames[slot] & WRITABLE) == 0) {
            return MISS;
        }
        return (frames[slot] & -2L) + (virtualAddress & 0xfff);
    }

    void fill(long virtualAddress, long physicalPage, boolean writable, long currentGeneration) {
        if (generation != currentGeneration) {
            Arrays.fill(pages, -1);
            generation = currentGeneration;
        }
        long page = virtualAddress >>> Entries.PTE_SHIFT;
        int slot = (int) page & SLOTS - 1;
        frames[slot] = physicalPage | (writable ? WRITABLE : 0);
        pages[slot] = page;
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
