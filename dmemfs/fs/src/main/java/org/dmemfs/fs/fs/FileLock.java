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
    private volatile @Nullable Stripes stripes;

    /** A lock with two cache lines behind it, so that neighbours do not share one. */
    private static final class Stripe extends StampedLock {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("unused")
        private long behind0, behind1, behind2, behind3, behind4, behind5, behind6, behind7, behind8, behind9, behind10,
                behind11, behind12, behind13, behind14, behind15;
    }

    /**
     * The stripes, and which is whose. They are given out in turn, as the numbers of two threads may well be alike in
     * their low bits; what a number was given stays its own, so that who unlocks finds what he locked.
     */
    private static final class Stripes {
        private static final int NUMBERS = 64;

        private final Stripe[] all = new Stripe[STRIPES];
        /** By the low bits of a thread's number: which stripe, counted from 1; 0 where none was given yet. */
        private final byte[] places = new byte[NUMBERS];
        private int given;

        Stripes() {
            for (int place = 0; place < STRIPES; place++) {
                all[place] = new Stripe();
            }
        }

        Stripe ofThisThread() {
            int number = (int) Thread.currentThread().threadId() & NUMBERS - 1;
            int place = places[number];
            return all[(place == 0 ? give(number) : place) - 1];
        }

        private synchronized int give(int number) {
            if (places[number] == 0) {
                places[number] = (byte) (given++ % STRIPES + 1);
            }
            return places[number];
        }
    }

    private Stripes make() {
        long stamp = gate.writeLock();
        try {
            Stripes made = stripes;
            if (made == null) {
                made = new Stripes();
                stripes = made;
            }
            return made;
        } finally {
            gate.unlockWrite(stamp);
        }
    }

    long readLock() {
        Stripes made = stripes;
        return (made == null ? make() : made).ofThisThread().readLock();
    }

    void unlockRead(long stamp) {
        Objects.requireNonNull(stripes, "shared before").ofThisThread().unlockRead(stamp);
    }

    void writeLock() {
        gate.writeLock();
        Stripes made = stripes;
        if (made != null) {
            for (Stripe stripe : made.all) {
                stripe.writeLock();
            }
        }
    }

    void unlockWrite() {
        Stripes made = stripes;
        if (made != null) {
            for (Stripe stripe : made.all) {
                stripe.tryUnlockWrite();
            }
        }
        gate.tryUnlockWrite();
    }
}
