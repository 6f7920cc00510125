package org.dmemfs.mm.mm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.jspecify.annotations.Nullable;

/**
 * The frames of page tables. Their numbers are the top of the kernel's largest range of RAM, so that an entry that points
 * to a table holds a frame number that no other owner can have; their bytes are off-heap memory of their own, because
 * tables are changed by compare-and-set, which must never touch memory that can go bad. Grows by 2M at a time.
 *
 * <p>An entry is named by its location, the physical address of its 8 bytes.
 */
final class TableMemory implements EntryWords {
    /** The zone's part of the range that it is cut from: enough for every frame of the range, eight times over, at 2M. */
    private static final int FRACTION_SHIFT = 3;
    private static final long LIMIT_BYTES = 64L << 30;
    private static final int CHUNK_SHIFT = 21;
    private static final VarHandle ENTRY = ValueLayout.JAVA_LONG.varHandle();

    private final long base;
    private final long endPfn;
    private final MemorySegment[] chunks;
    private final FrameShelf[] shelves = FrameShelf.all();
    private final ReentrantLock lock = new ReentrantLock();
    private long nextPfn;
    private long[] free = new long[64];
    private int freeCount;

    private TableMemory(long startPhysicalAddress, long endPhysicalAddress) {
        base = startPhysicalAddress;
        nextPfn = startPhysicalAddress >>> Entries.PTE_SHIFT;
        endPfn = endPhysicalAddress >>> Entries.PTE_SHIFT;
        chunks = new MemorySegment[(int) ((endPhysicalAddress - startPhysicalAddress
                + (1L << CHUNK_SHIFT) - 1) >>> CHUNK_SHIFT)];
    }

    static TableMemory on(MemoryMap memoryMap) {
        @Nullable
        MemoryRange largest = null;
        for (MemoryRange range : memoryMap.ranges()) {
            if (range.kind() == FrameKind.RAM && (largest == null || range.bytes() > largest.bytes())) {
                largest = range;
            }
        }
        if (largest == null) {
            return new TableMemory(0, 0);
        }
        long end = largest.endPhysicalAddress() >>> Entries.PTE_SHIFT << Entries.PTE_SHIFT;
        long bytes = Math.min(LIMIT_BYTES, largest.bytes() >>> FRACTION_SHIFT);
        return new TableMemory((end - bytes) >>> Entries.PTE_SHIFT << Entries.PTE_SHIFT, end);
    }

    long startPhysicalAddress() {
        return base;
    }

    /** The number of a zeroed frame, or 0 where there is none left. */
    long allocate() {
        long pfn = FrameShelf.mine(shelves).take();
        if (pfn == 0) {
            pfn = shared();
        }
        for (int place = 0; pfn == 0 && place < shelves.length; place++) {
            pfn = shelves[place].take();
        }
        return pfn;
    }

    private long shared() {
        lock.lock();
        try {
            if (freeCount > 0) {
                return free[--freeCount];
            }
            if (nextPfn == endPfn) {
                return 0;
            }
            int chunk = chunkOf(nextPfn << Entries.PTE_SHIFT);
            if (chunks[chunk] == null) {
                chunks[chunk] = Arena.ofAuto().allocate(1L << CHUNK_SHIFT, Long.BYTES);
            }
            return nextPfn++;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a frame back; no walker may see it any more. */
    void release(long pfn) {
        long address = pfn << Entries.PTE_SHIFT;
        chunks[chunkOf(address)].asSlice(offsetOf(address), 1L << Entries.PTE_SHIFT).fill((byte) 0);
        if (FrameShelf.mine(shelves).put(pfn)) {
            return;
        }
        lock.lock();
        try {
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = pfn;
        } finally {
            lock.unlock();
        }
    }

    /** Those that are handed out; exact while nobody takes or gives one. */
    long framesInUse() {
        long shelved = 0;
        for (FrameShelf shelf : shelves) {
            shelved += shelf.count();
        }
        lock.lock();
        try {
            return nextPfn - (base >>> Entries.PTE_SHIFT) - freeCount - shelved;
        } finally {
            lock.unlock();
        }
    }

    static long location(long tablePfn, long virtualAddress, int shift) {
        return tablePfn << Entries.PTE_SHIFT
                | (virtualAddress >>> shift & Entries.ENTRIES_PER_TABLE - 1) * Long.BYTES;
    }

    @Override
    public long get(long location) {
        return (long) ENTRY.getAcquire(chunks[chunkOf(location)], offsetOf(location));
    }

    @Override
    public boolean compareAndSet(long location, long expected, long entry) {
        return ENTRY.compareAndSet(chunks[chunkOf(location)], offsetOf(location), expected, entry);
    }

    @Override
    public void set(long location, long entry) {
        ENTRY.setRelease(chunks[chunkOf(location)], offsetOf(location), entry);
    }

    @Override
    public long clear(long location) {
        return (long) ENTRY.getAndSet(chunks[chunkOf(location)], offsetOf(location), 0L);
    }

    private int chunkOf(long location) {
        return (int) ((location - base) >>> CHUNK_SHIFT);
    }

    private long offsetOf(long location) {
        return location - base & (1L << CHUNK_SHIFT) - 1;
    }
}
