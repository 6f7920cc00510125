package org.dmemfs.conformance.scenarios.soak;

import org.dmemfs.core.ExchangeCertificate;

/** The pool gets another allocator, or a new one of the same kind, while all goes on. */
final class ExchangeAction {
    private final Surroundings now;

    ExchangeAction(Surroundings now) {
        this.now = now;
    }

    boolean exchange() {
        if (!now.book().inUse()) {
            return false;
        }
        long free = now.book().free();
        ExchangeCertificate found = now.machine().pool().exchange(now.any(now.machine().allocators()));
        boolean asCounted = now.together()
                || found.poolFree() == free && found.dpagesHeld() == now.book().kept().size();
        BrokenRule.unless(found.agrees() && asCounted,
                "an exchange with %d dpages free and %d kept certifies %s", free, now.book().kept().size(), found);
        now.tally().took("exchange pause", found.pauseNanoseconds());
        now.tally().count("exchange to " + found.to(), 1);
        return true;
    }
}
