package org.dmemfs.core.pool;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.dmemfs.core.Holder;
import org.dmemfs.core.HolderUsage;
import org.jspecify.annotations.Nullable;

/**
 * Who has how many dpages. A holder's count stays when it falls to 0, since most rise again; those at 0 are swept out,
 * while no operation is under way, each time the holders have doubled.
 */
final class HolderLedger {
    /** What only devices still reference: its holder has given it back. */
    static final Holder DEVICE = new Holder("device", "references");

    private static final int SMALLEST_SWEEP = 1024;

    private final ConcurrentMap<Holder, HolderCount> counts = new ConcurrentHashMap<>();
    private final int ranks;
    private volatile int sweepAt = SMALLEST_SWEEP;
    private volatile boolean sweepDue;

    HolderLedger(int ranks) {
        this.ranks = ranks;
    }

    HolderCount of(Holder holder) {
        HolderCount count = counts.get(holder);
        return count == null ? first(holder) : count;
    }

    private HolderCount first(Holder holder) {
        HolderCount count = counts.computeIfAbsent(holder, newcomer -> new HolderCount(ranks));
        if (counts.size() > sweepAt) {
            sweepDue = true;
        }
        return count;
    }

    @Nullable
    HolderCount known(Holder holder) {
        return counts.get(holder);
    }

    boolean sweepDue() {
        return sweepDue;
    }

    /** Only while no operation is under way. */
    void sweep() {
        counts.values().removeIf(count -> count.sum() == 0);
        sweepDue = false;
        sweepAt = Math.max(SMALLEST_SWEEP, counts.size() * 2);
    }

    long heldOn(int rank) {
        return counts.values().stream().mapToLong(count -> count.of(rank)).sum();
    }

    /** The largest first. */
    List<HolderUsage> usages(long withoutHolder) {
        Stream<HolderUsage> held = counts.entrySet().stream()
                .map(entry -> new HolderUsage(entry.getKey(), entry.getValue().sum()));
        return Stream.concat(held, Stream.of(new HolderUsage(DEVICE, withoutHolder)))
                .filter(usage -> usage.dpages() != 0)
                .sorted(Comparator.comparingLong(HolderUsage::dpages).reversed()
                        .thenComparing(usage -> usage.holder().toString()))
                .toList();
    }
}
