package org.dmemfs.core.pool;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets operations pass together, or one change of the pool alone. An operation counts itself in a stripe of its thread's,
 * so that threads that pass at the same time do not touch one cache line. Operations do not nest.
 */
final class Gate {
    private static final int STRIPES = 32;
    private static final int LONGS_PER_LINE = 16;

    private final AtomicLongArray passing = new AtomicLongArray((STRIPES + 1) * LONGS_PER_LINE);
    private final ReentrantLock changing = new ReentrantLock();
    private volatile boolean closed;

    /** Waits while a change is made; returns what {@link #leave} wants. */
    int enter() {
        int stripe = (((int) Thread.currentThread().threadId() & (STRIPES - 1)) + 1) * LONGS_PER_LINE;
        passing.getAndIncrement(stripe);
        if (closed) {
            waitOutside(stripe);
        }
        return stripe;
    }

    void leave(int stripe) {
        passing.getAndDecrement(stripe);
    }

    private void waitOutside(int stripe) {
        passing.getAndDecrement(stripe);
        changing.lock();
        try {
            passing.getAndIncrement(stripe);
        } finally {
            changing.unlock();
        }
    }

    void doAlone(Runnable change) {
        alone(() -> {
            change.run();
            return true;
        });
    }

    /** Makes a change while no operation is under way. Not from within an operation or another change. */
    <T> T alone(Supplier<T> change) {
        changing.lock();
        try {
            closed = true;
            awaitEmpty();
            return change.get();
        } finally {
            closed = false;
            changing.unlock();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // an operation is short, but it may need this processor to end
    private void awaitEmpty() {
        for (int stripe = 1; stripe <= STRIPES; stripe++) {
            while (passing.get(stripe * LONGS_PER_LINE) != 0) {
                Thread.yield();
            }
        }
    }
}
