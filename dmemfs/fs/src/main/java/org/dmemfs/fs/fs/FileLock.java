package org.dmemfs.fs.fs;

import java.util.concurrent.locks.StampedLock;

/**
 * Shared by the faults of a file, exclusive for what takes dpages from it. A fault is short, so that the word of one
 * lock would be all that two threads wait for: who shares locks one stripe, his thread's; who wants it alone locks
 * every stripe, in their order. Neither is reentrant, and who locked is who unlocks.
 */
final class FileLock {
    private static final int MOST_STRIPES = 8;
    private static final int STRIPES = Math.min(MOST_STRIPES,
            Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 2);

    private final Stripe[] stripes = new Stripe[STRIPES];

    /** A lock with two cache lines behind it, so that neighbours do not share one. */
    private static final class Stripe extends StampedLock {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("unused")
        private long behind0, behind1, behind2, behind3, behind4, behind5, behind6, behind7, behind8, behind9, behind10,
                behind11, behind12, behind13, behind14, behind15;
    }

    FileLock() {
        for (int place = 0; place < STRIPES; place++) {
            stripes[place] = new Stripe();
        }
    }

    private Stripe ofThisThread() {
        return stripes[(int) Thread.currentThread().threadId() & STRIPES - 1];
    }

    long readLock() {
        return ofThisThread().readLock();
    }

    void unlockRead(long stamp) {
        ofThisThread().unlockRead(stamp);
    }

    void writeLock() {
        for (Stripe stripe : stripes) {
            stripe.writeLock();
        }
    }

    void unlockWrite() {
        for (Stripe stripe : stripes) {
            stripe.tryUnlockWrite();
        }
    }
}
