package org.dmemfs.mce.memoryfailure;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.mce.FailureRecord;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.tracing.KernelLog;

/**
 * {@code memory_failure}. Before patch 31 a frame without {@code struct page} is memory outside kernel control and the
 * report fails with ENXIO; after it, dmem is asked first.
 */
@Patch(v1 = 31, v2 = 31)
final class FailureReport implements MemoryFailure {
    private static final int RECORDS_KEPT = 4096;

    private final DmemPool pool;
    private final AddressSpaces addressSpaces;
    private final Supplier<Settings> settings;
    private final KernelLog log;
    private final SignalRules signals;
    private final List<FrameFailure> owners = new CopyOnWriteArrayList<>();
    private final Deque<FailureRecord> records = new ArrayDeque<>();
    private final Set<Long> poisonedPages = ConcurrentHashMap.newKeySet();

    FailureReport(DmemPool pool, AddressSpaces addressSpaces, Supplier<Settings> settings, KernelLog log) {
        this.pool = pool;
        this.addressSpaces = addressSpaces;
        this.settings = settings;
        this.log = log;
        this.signals = new SignalRules(settings, log);
    }

    /** A subsystem that hands out frames has come. */
    void add(FrameFailure owner) {
        owners.add(owner);
    }

    /** It has gone. */
    void remove(FrameFailure owner) {
        owners.remove(owner);
    }

    @Override
    public PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags) {
        CurrentReport current = CurrentReport.current().orElseGet(CurrentReport::fromOutside);
        PoisonOutcome outcome;
        ErrnoException stillInUse = null;
        try {
            outcome = current.handle(() -> handle(pfn, flags));
        } catch (ErrnoException failed) {
            if (failed.errno() != Errno.EBUSY) {
                throw failed;
            }
            outcome = PoisonOutcome.NOT_DMEM;
            stillInUse = failed;
        }
        synchronized (records) {
            if (records.size() == RECORDS_KEPT) {
                records.removeFirst();
            }
            records.addLast(new FailureRecord(pfn, flags, outcome, current.signalled()));
        }
        if (stillInUse != null) {
            throw stillInUse;
        }
        return outcome;
    }

    @Override
    public List<FailureRecord> records() {
        synchronized (records) {
            return List.copyOf(records);
        }
    }

    private PoisonOutcome handle(long pfn, Set<MemoryFailureFlag> flags) {
        if (settings.get().handlesDmem()) {
            PoisonOutcome outcome = pool.memoryFailure(pfn, flags);
            if (outcome != PoisonOutcome.NOT_DMEM) {
                log.error(line(pfn, "dmem took care of it: " + told(outcome)));
                return outcome;
            }
        }
        for (FrameFailure owner : owners) {
            FrameFailure.Outcome outcome = owner.failed(pfn);
            if (outcome != null) {
                addressSpaces.flushFrame(pfn);
                signal(outcome, flags);
                log.error(line(pfn, outcome.what()));
                if (!outcome.recovered()) {
                    throw new ErrnoException(Errno.EBUSY, "the frame 0x" + Long.toHexString(pfn)
                            + " is bad and still in use: " + outcome.what());
                }
                return PoisonOutcome.NOT_DMEM;
            }
        }
        if (!addressSpaces.pfnValid(pfn)) {
            log.error(line(pfn, "the frame is outside the kernel's control"));
            throw new ErrnoException(Errno.ENXIO, "the frame 0x" + Long.toHexString(pfn)
                    + " is memory outside kernel control: it has no struct page and is not dmem");
        }
        if (poisonedPages.add(pfn)) {
            addressSpaces.flushFrame(pfn);
            log.error(line(pfn, "its page is marked as poisoned"));
        } else {
            log.error(line(pfn, "its page was poisoned already"));
        }
        return PoisonOutcome.NOT_DMEM;
    }

    /** The generic code kills for every page that is lost with its contents; only the series' part asks for MUST_KILL. */
    private void signal(FrameFailure.Outcome outcome, Set<MemoryFailureFlag> flags) {
        Set<MemoryFailureFlag> forced = EnumSet.of(MemoryFailureFlag.MUST_KILL);
        forced.addAll(flags);
        signals.signal(outcome.mappers(), outcome.pageOffset(), outcome.leastSignificantBit(), forced);
    }

    private static String told(PoisonOutcome outcome) {
        return switch (outcome) {
            case NOT_DMEM -> "it is none of its frames";
            case ALREADY_KNOWN -> "the frame was known to be bad";
            case IN_NO_DPAGE -> "no dpage has the frame";
            case FREE_RETIRED -> "its dpage was free and is retired";
            case USED_ANNOUNCED -> "its dpage is used and retires when it is freed";
        };
    }

    private static String line(long pfn, String text) {
        return "Memory failure: 0x" + Long.toHexString(pfn) + ": " + text;
    }
}
