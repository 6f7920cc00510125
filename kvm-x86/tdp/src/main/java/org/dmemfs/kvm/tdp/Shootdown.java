package org.dmemfs.kvm.tdp;

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
        private volatile boolean inGuest;
        private volatile long seen;

        /** In the guest from here on. Says whether what it translated before is void. */
        boolean enter(Shootdown shootdown) {
            long before = seen;
            inGuest = true;
            // read after inGuest is visible: who counts up later finds this processor in the guest, and waits
            long now = shootdown.generation.get();
            seen = now;
            return before != now;
        }

        void leave() {
            inGuest = false;
        }

        /** Whether it must flush; once flushed, it enters again. */
        boolean outdated(Shootdown shootdown) {
            return seen != shootdown.generation.get();
        }
    }

    Presence join() {
        Presence presence = new Presence();
        processors.add(presence);
        return presence;
    }

    /** Translations are void from now on; the entries have gone already. Called with the mmu lock held. */
    void request() {
        generation.incrementAndGet();
    }

    /** Returns when no processor uses a translation from before the last request. Called without the mmu lock. */
    void await() {
        long wanted = generation.get();
        for (Presence processor : processors) {
            for (int spins = 0; processor.inGuest && processor.seen < wanted; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(PAUSE_NANOSECONDS);
                }
            }
        }
    }
}
