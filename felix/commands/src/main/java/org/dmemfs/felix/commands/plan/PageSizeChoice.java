package org.dmemfs.felix.commands.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;

/**
 * The page size of a scheme for given guests.
 *
 * @param pageSize which
 * @param reason why
 * @param figures what each that was considered would cost
 */
record PageSizeChoice(PageSize pageSize, String reason, List<Figure> figures) {
    /** The one that costs least, for the machine full and every guest placed; of equals the largest. */
    static PageSizeChoice cheapest(Scheme scheme, Reservation machine, HostShare host, Map<Long, Integer> guestsBySize,
            Optional<Executed> executed) {
        List<PageSize> sizes = scheme.description().pageSizes().stream().sorted().toList();
        if (sizes.size() == 1) {
            return new PageSizeChoice(sizes.getFirst(), "the only size that it has", List.of());
        }
        Map<PageSize, Long> costs = new TreeMap<>(Comparator.reverseOrder());
        sizes.forEach(size -> costs.put(size, cost(scheme, machine, host, guestsBySize, executed, size)));
        PageSize best = costs.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
        return new PageSizeChoice(best,
                "of " + sizes.stream().map(PageSize::label).collect(Collectors.joining(", ")) + " it costs least",
                sizes.stream().map(size -> new Figure("cost in pages of " + size.label(), costs.getOrDefault(size, 0L),
                        "metadata of all that can be set aside + what pieces of %s cannot use + rounding, files and page"
                                .formatted(MemorySize.format(SetAsidePlan.step(size))) + " tables of all guests"))
                        .toList());
    }

    private static long cost(Scheme scheme, Reservation machine, HostShare host, Map<Long, Integer> guestsBySize,
            Optional<Executed> executed, PageSize size) {
        KeepingCosts keeping = new KeepingCosts(scheme, size);
        Optional<TableCosts> tables = executed.map(answers -> TableCosts.of(answers, size));
        long cost = 0;
        for (int node : host.ramByNode().keySet()) {
            long capacity = SetAsidePlan.capacity(machine, node, size);
            cost += keeping.fromHost(capacity) + keeping.fromThePiece(capacity)
                    + SetAsidePlan.capacity(machine, node, PageSize.SIZE_4K) - capacity;
        }
        for (Map.Entry<Long, Integer> guest : guestsBySize.entrySet()) {
            long bytes = GuestGroup.rounded(guest.getKey(), size.bytes());
            cost += guest.getValue() * (bytes - guest.getKey() + keeping.file(bytes)
                    + tables.map(each -> each.bytesOf(bytes)).orElse(0L));
        }
        return cost;
    }
}
