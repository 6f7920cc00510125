package org.dmemfs.kvm.tdp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells the processors in the guest that translations have gone, and waits until none uses them any more: what an
 * interrupt to the other processors does on hardware. Safe for any thread.
 */
final class Shootdown {
    private static final int SPINS = 1000;
    private static final long PAUSE_NANOSECONDS = 1_000;

    private final List<Presence> processors = new CopyOnWriteArrayList<>();
    private final AtomicLong generation = new AtomicLong();

    /** Whether one processor is in the guest, and the last generation that it has seen there. Written by it alone. */
    static final class Presence {
        private static final long OUTSIDE = Long.MAX_VALUE;
        private static final VarHandle IN_GUEST;

        static {
            try {
                IN_GUEST = MethodHandles.lookup().findVarHandle(Presence.class, "inGuest", long.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        /** The generation that it goes by, or OUTSIDE. */
        @SuppressWarnings({"unused", "FieldCanBeFinal"}) // through IN_GUEST
        private volatile long inGuest = OUTSIDE;
        private long seen;

        /** In the guest from here on. Says whether what it translated before is void. */
        boolean enter(Shootdown shootdown) {
            IN_GUEST.setVolatile(this, seen);
            // read after inGuest is visible: who counts up later finds this processor in the guest, and waits
            long now = shootdown.generation();
            if (seen == now) {
                return false;
            }
            seen = now;
            IN_GUEST.setRelease(this, now);
            return true;
        }

        void leave() {
            // what it did in the guest comes before, and nothing has to wait for it
            IN_GUEST.setRelease(this, OUTSIDE);
        }

        /** Whether it must flush; once flushed, it enters again. */
        boolean outdated(Shootdown shootdown) {
            return seen != shootdown.generation();
        }

        /** The generation that it goes by, asked by itself. */
        long seen() {
            return seen;
        }
    }

    Presence join() {
        Presence presence = new Presence();
        processors.add(presence);
        return presence;
    }

    /** Counts what was shot down. With the mmu lock held, what is in the table then is true as long as this stays. */
    long generation() {
        return generation.get();
    }

    /** Translations are void from now on; the entries have gone already. Called with the mmu lock held. */
    void request() {
        generation.incrementAndGet();
    }

    /** Returns when no processor uses a translation from before the last request. Called without the mmu lock. */
    void await() {
        long wanted = generation.get();
        for (Presence processor : processors) {
            for (int spins = 0; processor.inGuest < wanted; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(PAUSE_NANOSECONDS);
                }
            }
        }
    }
}
