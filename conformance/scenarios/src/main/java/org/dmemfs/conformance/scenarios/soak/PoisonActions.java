package org.dmemfs.conformance.scenarios.soak;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.SignalException;

/** Memory goes bad. */
final class PoisonActions {
    private final Surroundings now;

    PoisonActions(Surroundings now) {
        this.now = now;
    }

    /** A frame that somebody keeps, found by the hardware. */
    boolean used() {
        List<Dpage> kept = now.book().kept();
        if (kept.isEmpty() || !now.book().canLoseMore()) {
            return false;
        }
        return report(now.any(kept).firstPfn() + now.random().nextInt(now.book().pagesPerDpage()));
    }

    /** Any frame. */
    boolean anywhere() {
        return now.book().canLoseMore() && report(now.book().anyFrame(now.random()));
    }

    /** A frame that a task is the first to notice. */
    boolean touched() {
        if (now.mappings.isEmpty() || !now.book().canLoseMore()) {
            return false;
        }
        Mapping mapping = now.any(now.mappings);
        long page = now.random().nextLong(mapping.pages());
        long offset = mapping.fileOffset(page);
        List<Dpage> there = mapping.file().at(offset);
        if (there.isEmpty()) {
            return false;
        }
        long pfn = there.getFirst().firstPfn() + mapping.file().pageIn(offset);
        now.machine().memory().poison(pfn);
        now.book().noteBad(pfn);
        long address = mapping.address() + (page << 12) + 8L * now.random().nextInt(512);
        try {
            mapping.memory().loadLong(address);
        } catch (SignalException raised) {
            BusSignal signal = raised.signal();
            BrokenRule.unless(signal.kind() == BusSignal.Kind.BUS_MCEERR_AR && signal.leastSignificantBit() == 12
                    && signal.virtualAddress() >> 12 == address >> 12, "a load at 0x%x from a bad frame raised %s",
                    address, signal);
            BrokenRule.unless(now.machine().pool().badFrames().contains(pfn),
                    "the pool does not know the bad pfn 0x%x that a task met", pfn);
            return true;
        }
        throw new BrokenRule("a load at 0x%x from a bad frame raised no signal".formatted(address));
    }

    private boolean report(long pfn) {
        Book book = now.book();
        PoisonOutcome expected = expected(pfn);
        boolean first = now.machine().memory().poison(pfn);
        BrokenRule.unless(first != book.isBad(pfn), "pfn 0x%x was %s bad", pfn, first ? "not" : "already");
        boolean wasRetired = book.isRetired(pfn);
        PoisonOutcome outcome = now.machine().memoryFailure().memoryFailure(pfn, flags());
        BrokenRule.unless(outcome == expected || wasRetired && expected != PoisonOutcome.ALREADY_KNOWN,
                "memory_failure of pfn 0x%x answers %s instead of %s", pfn, outcome, expected);
        book.noteBad(pfn);
        now.tally().count(outcome.name(), 1);
        return true;
    }

    private PoisonOutcome expected(long pfn) {
        Book book = now.book();
        if (book.isBad(pfn)) {
            return PoisonOutcome.ALREADY_KNOWN;
        }
        if (!book.inUse()) {
            return PoisonOutcome.IN_NO_DPAGE;
        }
        return book.isKept(pfn) ? PoisonOutcome.USED_ANNOUNCED : PoisonOutcome.FREE_RETIRED;
    }

    private Set<MemoryFailureFlag> flags() {
        Random random = now.random();
        return random.nextBoolean() ? Set.of() : Set.of(MemoryFailureFlag.MUST_KILL);
    }
}
