package org.dmemfs.tracing.ftrace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** The newest events in one preallocated array, so that recording one neither allocates nor waits. */
final class TraceRing {
    // One cache line per slot.
    private static final int WORDS = 8;
    private static final int STAMP = 0;
    private static final int TIME = 1;
    private static final int THREAD = 2;
    private static final int EVENT = 3;
    private static final int FIRST = 4;
    private static final long BEING_WRITTEN = -1;
    private static final int MOST_ENTRIES = 1 << 24;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;
    private final int mask;
    private final long startNanoseconds;
    private final AtomicLong claimed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    /** One event as it was recorded. */
    record Entry(long number, long nanoseconds, long thread, int event, long first, long second, long third,
            long fourth) {
    }

    TraceRing(int entries, long startNanoseconds) {
        if (entries < 1 || entries > MOST_ENTRIES || Integer.bitCount(entries) != 1) {
            throw new ErrnoException(Errno.EINVAL, "a trace ring of " + entries
                    + " entries cannot be: accepted is a power of two from 1 to " + MOST_ENTRIES);
        }
        this.words = new long[entries * WORDS];
        this.mask = entries - 1;
        this.startNanoseconds = startNanoseconds;
    }

    void record(int event, long first, long second, long third, long fourth) {
        long number = claimed.incrementAndGet();
        int slot = (int) (number & mask) * WORDS;
        long before = (long) WORD.getAcquire(words, slot + STAMP);
        if (before == BEING_WRITTEN || before > number
                || !WORD.compareAndSet(words, slot + STAMP, before, BEING_WRITTEN)) {
            dropped.incrementAndGet();
            return;
        }
        // Without this fence a field could be seen changed before the stamp is: a plain or opaque store may pass the
        // compare-and-set upwards.
        VarHandle.storeStoreFence();
        WORD.setOpaque(words, slot + TIME, System.nanoTime() - startNanoseconds);
        WORD.setOpaque(words, slot + THREAD, Thread.currentThread().threadId());
        WORD.setOpaque(words, slot + EVENT, (long) event);
        WORD.setOpaque(words, slot + FIRST, first);
        WORD.setOpaque(words, slot + FIRST + 1, second);
        WORD.setOpaque(words, slot + FIRST + 2, third);
        WORD.setOpaque(words, slot + FIRST + 3, fourth);
        WORD.setRelease(words, slot + STAMP, number);
    }

    /** The events that are still held, oldest first; one that is overwritten meanwhile is left out. */
    List<Entry> entries() {
        long newest = claimed.get();
        List<Entry> entries = new ArrayList<>();
        for (long number = Math.max(1, newest - mask); number <= newest; number++) {
            int slot = (int) (number & mask) * WORDS;
            if ((long) WORD.getAcquire(words, slot + STAMP) != number) {
                continue;
            }
            Entry entry = new Entry(number, word(slot + TIME), word(slot + THREAD), (int) word(slot + EVENT),
                    word(slot + FIRST), word(slot + FIRST + 1), word(slot + FIRST + 2), word(slot + FIRST + 3));
            VarHandle.acquireFence();
            if ((long) WORD.getOpaque(words, slot + STAMP) == number) {
                entries.add(entry);
            }
        }
        return List.copyOf(entries);
    }

    /** How many events came, dropped ones included. */
    long written() {
        return claimed.get();
    }

    /** How many events were dropped because two writers met in one slot. */
    long dropped() {
        return dropped.get();
    }

    int capacity() {
        return mask + 1;
    }

    private long word(int index) {
        return (long) WORD.getOpaque(words, index);
    }
}
