package org.dmemfs.kvm.tdp;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells the processors in the guest that translations have gone, and waits until none uses them any more: what an
 * interrupt to the other processors does on hardware. Safe for any thread.
 */
final class Shootdown {
    private static final int SPINS = 1000;

    private final List<Presence> processors = new CopyOnWriteArrayList<>();
    private volatile long generation;

    /** Whether one processor is in the guest, and the last generation that it has seen there. Written by it alone. */
    static final class Presence {
        private volatile boolean inGuest;
        private volatile long seen;

        /** In the guest from here on. Says whether what it translated before is void. */
        boolean enter(Shootdown shootdown) {
            long before = seen;
            inGuest = true;
            // read after inGuest is visible: who counts up later finds this processor in the guest, and waits
            long now = shootdown.generation;
            seen = now;
            return before != now;
        }

        void leave() {
            inGuest = false;
        }

        /** Whether it must flush; once flushed, it enters again. */
        boolean outdated(Shootdown shootdown) {
            return seen != shootdown.generation;
        }
    }

    Presence join() {
        Presence presence = new Presence();
        processors.add(presence);
        return presence;
    }

    /** Translations are void from now on; the entries have gone already. Called with the mmu lock held. */
    void request() {
        generation = generation + 1;
    }

    /** Returns when no processor uses a translation from before the last request. Called without the mmu lock. */
    void await() {
        long wanted = generation;
        for (Presence processor : processors) {
            for (int spins = 0; processor.inGuest && processor.seen < wanted; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }
}
