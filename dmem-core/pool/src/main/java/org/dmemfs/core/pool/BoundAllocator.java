package org.dmemfs.core.pool;

import java.util.concurrent.TimeUnit;
import org.dmemfs.core.RegionAllocatorFactory;
import org.jspecify.annotations.Nullable;

/** Which allocator serves, and the waiting for one while none does: at most a second. */
final class BoundAllocator {
    private static final long PATIENCE_NANOSECONDS = TimeUnit.SECONDS.toNanos(1);

    private @Nullable RegionAllocatorFactory factory;
    private boolean stopped;
    private volatile int turn;

    synchronized void serve(@Nullable RegionAllocatorFactory next) {
        factory = next;
        nextTurn();
    }

    synchronized void stop() {
        stopped = true;
        factory = null;
        nextTurn();
    }

    private synchronized void nextTurn() {
        turn = turn + 1;
        notifyAll();
    }

    /** Counts the changes: read before a try, it tells {@link #await} whether another may help. */
    int turn() {
        return turn;
    }

    synchronized @Nullable RegionAllocatorFactory factory() {
        return factory;
    }

    synchronized boolean isBound() {
        return factory != null;
    }

    synchronized String name() {
        return factory == null ? Exchange.NONE : factory.name();
    }

    /** The end of the patience with an allocator that is not there. */
    long deadline() {
        return System.nanoTime() + PATIENCE_NANOSECONDS;
    }

    /** After a try in vain: waits where none serves; returns true where another try may help. */
    synchronized boolean await(int turnOfTry, long deadlineNanoseconds) {
        while (turn == turnOfTry && factory == null && !stopped) {
            long left = deadlineNanoseconds - System.nanoTime();
            if (left <= 0 || !waited(left)) {
                return false;
            }
        }
        return turn != turnOfTry;
    }

    private boolean waited(long nanoseconds) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanoseconds);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
