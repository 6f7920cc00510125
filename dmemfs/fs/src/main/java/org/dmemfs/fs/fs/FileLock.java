package org.dmemfs.fs.fs;

import java.util.Objects;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Shared by the faults of a file, exclusive for what takes dpages from it. A fault is short, so that the word of one
 * lock would be all that two threads wait for: who shares locks one stripe, his thread's; who wants it alone locks
 * every stripe, in their order. The stripes come with the first who shares it: most files that come and go are never
 * mapped, and are done with the gate alone. Neither way is reentrant, and who locked is who unlocks.
 */
final class FileLock {
    private static final int MOST_STRIPES = 8;
    private static final int STRIPES = Math.min(MOST_STRIPES,
            Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 2);

    /** Held by who has the lock alone, so that no stripe is made that he has not locked. */
    private final StampedLock gate = new StampedLock();
    private volatile Stripe @Nullable [] stripes;

    /** A lock with two cache lines behind it, so that neighbours do not share one. */
    private static final class Stripe extends StampedLock {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("unused")
        private long behind0, behind1, behind2, behind3, behind4, behind5, behind6, behind7, behind8, behind9, behind10,
                behind11, behind12, behind13, behind14, behind15;
    }

    private static Stripe ofThisThread(Stripe[] all) {
        return all[(int) Thread.currentThread().threadId() & STRIPES - 1];
    }

    private Stripe[] make() {
        long stamp = gate.writeLock();
        try {
            Stripe[] made = stripes;
            if (made == null) {
                made = new Stripe[STRIPES];
                for (int place = 0; place < STRIPES; place++) {
                    made[place] = new Stripe();
                }
                stripes = made;
            }
            return made;
        } finally {
            gate.unlockWrite(stamp);
        }
    }

    long readLock() {
        Stripe[] made = stripes;
        return ofThisThread(made == null ? make() : made).readLock();
    }

    void unlockRead(long stamp) {
        ofThisThread(Objects.requireNonNull(stripes, "locked before")).unlockRead(stamp);
    }

    void writeLock() {
        gate.writeLock();
        Stripe[] made = stripes;
        if (made != null) {
            for (Stripe stripe : made) {
                stripe.writeLock();
            }
        }
    }

    void unlockWrite() {
        Stripe[] made = stripes;
        if (made != null) {
            for (Stripe stripe : made) {
                stripe.tryUnlockWrite();
            }
        }
        gate.tryUnlockWrite();
    }
}
