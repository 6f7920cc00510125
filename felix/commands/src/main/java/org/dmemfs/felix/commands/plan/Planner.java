package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmemfs.core.PoolUse;
import org.dmemfs.core.UnbootedPools;
import org.dmemfs.felix.commands.plan.SchemePlan.NodePlan;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Extent;
import org.dmemfs.schemes.GuestLayout;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;

/** Plans one machine and its guests, scheme by scheme. */
public final class Planner {
    /** Four bytes of state each. */
    private static final long MOST_STEPS = 1L << 28;

    private final UnbootedPools pools;
    private final Reservation machine;
    private final GuestList guests;
    private final Map<Long, Integer> guestsBySize;
    private final HostShare host;
    private final NodeWish wish;
    private final Map<Ground, Placement> placements = new HashMap<>();

    /** What guests are placed on, and how. */
    private record Ground(GuestLayout layout, PageSize pageSize, List<MemoryRange> pieces) {
    }

    /**
     * For a machine and its guests.
     *
     * @param pools place page by page
     * @param machine with nothing set aside
     * @param guests in the order in which they start
     * @param host what it keeps
     * @param wish how strong wishes of a node are
     */
    public Planner(UnbootedPools pools, Reservation machine, GuestList guests, HostShare host, NodeWish wish) {
        this.pools = pools;
        this.machine = machine;
        this.guests = guests;
        this.guestsBySize = guests.countBySize();
        this.host = host;
        this.wish = wish;
    }

    /**
     * Plans with one scheme.
     *
     * @param scheme which
     * @param wanted the page size; empty for the one that costs least
     * @param executed what compare saw of it; empty leaves page tables out
     * @param meanings of compare's operations for a VMM
     * @param plain what compare saw of plain memory
     * @return the plan
     * @throws ErrnoException EINVAL for a page size that the scheme does not have, or too many pages
     */
    public SchemePlan plan(Scheme scheme, Optional<PageSize> wanted, Optional<Executed> executed,
            Map<String, String> meanings, Optional<Executed> plain) {
        SchemeDescription what = scheme.description();
        PageSizeChoice choice = wanted.map(size -> new PageSizeChoice(size, "as asked for", List.of()))
                .orElseGet(() -> PageSizeChoice.cheapest(scheme, machine, host, guestsBySize, executed));
        PageSize pageSize = choice.pageSize();
        if (!what.pageSizes().contains(pageSize)) {
            throw new ErrnoException(Errno.EINVAL, "%s has no pages of %s: accepted are %s".formatted(what.name(),
                    pageSize.label(), what.pageSizes().stream().sorted().map(PageSize::label).toList()));
        }
        KeepingCosts keeping = new KeepingCosts(scheme, pageSize);
        Optional<TableCosts> tables = executed.map(answers -> TableCosts.of(answers, pageSize));
        SetAsidePlan aside = SetAsidePlan.of(scheme, machine, pageSize, host, keeping::fromHost,
                dues(keeping, tables, pageSize));
        List<MemoryRange> pieces = aside.pieces(machine, pageSize);
        Placement placement = place(scheme, pageSize, keeping, pieces);

        List<Figure> tableFigures = tables.map(each -> each.figures(placement.placedBySize())).orElse(List.of());
        Map<Integer, Long> takenOut = new TreeMap<>();
        pieces.forEach(piece -> takenOut.merge(piece.node(), keeping.fromThePiece(piece.bytes()), Long::sum));
        List<NodePlan> nodes = nodes(aside, keeping, takenOut, placement,
                tableFigures.stream().mapToLong(Figure::bytes).sum());
        List<Figure> metadata = keeping.figures(aside.bytesByNode(),
                takenOut.values().stream().mapToLong(Long::longValue).sum(), placement.placedBySize());
        List<String> notes = new ArrayList<>(what.published());
        if (!aside.note().isEmpty()) {
            notes.addFirst(aside.note());
        }
        Differences differences = Differences.of(executed, plain, meanings);
        return new SchemePlan(what.name(), what.title(), what.kernel(), pageSize.label(), choice.reason(),
                layout(scheme.layout()), guests.count(), placement.placed(), placement.overBorders(),
                placement.homeless(), placement.homelessCount(), nodes, placement.bytes() - placement.askedBytes(),
                metadata, tableFigures,
                new PlanFigures(host, aside, choice, pageSize).of(nodes, metadata, tableFigures, placement),
                aside.words(), notes, differences.breaks(), differences.otherwise());
    }

    private static String layout(GuestLayout layout) {
        return switch (layout) {
            case PAGES -> "page by page, over node borders by the fallback list";
            case RANGES -> "in ranges of one node";
            case ONE_RANGE -> "in one range of one node";
        };
    }

    /** Files and tables of all guests, or of as many as the machine's RAM could ever hold, from each node by its size. */
    private Map<Integer, Long> dues(KeepingCosts keeping, Optional<TableCosts> tables, PageSize pageSize) {
        long ram = host.ramByNode().values().stream().mapToLong(Long::longValue).sum();
        double due = 0;
        double bytes = 0;
        for (Map.Entry<Long, Integer> guest : guestsBySize.entrySet()) {
            long rounded = GuestGroup.rounded(guest.getKey(), pageSize.bytes());
            bytes += (double) rounded * guest.getValue();
            due += (double) guest.getValue()
                    * (keeping.file(rounded) + tables.map(each -> each.bytesOf(rounded)).orElse(0L));
        }
        double paid = due * Math.min(1, ram / bytes);
        Map<Integer, Long> dues = new TreeMap<>();
        host.ramByNode().forEach((node, size) -> dues.put(node, (long) Math.ceil(paid * size / ram)));
        return dues;
    }

    /** Variants that lay the same pages out by the same rule on the same memory share what came of it. */
    private Placement place(Scheme scheme, PageSize pageSize, KeepingCosts keeping, List<MemoryRange> pieces) {
        List<MemoryRange> sold = pieces.stream().map(piece -> new MemoryRange(
                piece.startPhysicalAddress() + keeping.fromThePiece(piece.bytes()), piece.endPhysicalAddress(),
                piece.node(), piece.kind(), piece.name())).toList();
        Ground ground = new Ground(scheme.layout(), pageSize, sold);
        Placement known = placements.get(ground);
        if (known == null) {
            known = ground.layout() == GuestLayout.PAGES
                    ? placePages(scheme, pageSize, sold)
                    : placeRanges(ground);
            placements.put(ground, known);
        }
        return known;
    }

    private Placement placeRanges(Ground ground) {
        Placement placement = new Placement(ground.pageSize().bytes());
        List<Extent> extents = ground.pieces().stream().filter(piece -> piece.bytes() > 0)
                .map(piece -> new Extent(piece.startPhysicalAddress(), piece.bytes(), piece.node())).toList();
        place(new RangePlacer(extents, ground.pageSize().bytes(), ground.layout() == GuestLayout.ONE_RANGE,
                machine.topology(), wish), ground.pageSize(), placement);
        return placement;
    }

    private Placement placePages(Scheme scheme, PageSize pageSize, List<MemoryRange> pieces) {
        Placement placement = new Placement(pageSize.bytes());
        PageSize step = step(pageSize);
        long steps = Math.min(pieces.stream().mapToLong(MemoryRange::bytes).sum() / step.bytes(),
                guestsBySize.entrySet().stream()
                        .mapToLong(guest -> GuestGroup.rounded(guest.getKey(), step.bytes()) / step.bytes()
                                * guest.getValue())
                        .sum());
        if (steps > MOST_STEPS) {
            throw new ErrnoException(Errno.EINVAL, ("%s: %,d pages of %s are too many to place one by one, accepted are"
                    + " %,d; give guests sizes that are multiples of 2M, or larger pages with --page-size").formatted(
                            scheme.description().name(), steps, step.label(), MOST_STEPS));
        }
        Reservation reservation = new SetAsideMap(machine).with(pieces);
        pools.lend(reservation, pool -> {
            try (PoolUse use = pool.use(step, "plan")) {
                place(new PoolPlacer(reservation, use, wish), pageSize, placement);
            }
        });
        return placement;
    }

    /** Where all guests are multiples of 2M, steps of 2M lead to the places that pages of 4K lead to, as pieces are too. */
    private PageSize step(PageSize pageSize) {
        return pageSize == PageSize.SIZE_4K
                && guestsBySize.keySet().stream().allMatch(bytes -> bytes % PageSize.SIZE_2M.bytes() == 0)
                        ? PageSize.SIZE_2M
                        : pageSize;
    }

    private void place(GuestPlacer placer, PageSize pageSize, Placement placement) {
        for (GuestGroup group : guests.groups()) {
            long bytes = group.roundedTo(pageSize.bytes());
            for (int index = 0; index < group.count(); index++) {
                int nodes = placer.place(group, bytes, placement);
                if (nodes > 0) {
                    placement.placed(group, nodes);
                } else {
                    placement.foundNoPlace(group, index);
                }
            }
        }
    }

    private List<NodePlan> nodes(SetAsidePlan aside, KeepingCosts keeping, Map<Integer, Long> takenOut,
            Placement placement, long tableBytes) {
        long files = keeping.files(placement.placedBySize());
        List<NodePlan> nodes = new ArrayList<>();
        long placed = placement.bytes();
        long placedSoFar = 0;
        for (Map.Entry<Integer, Long> node : host.ramByNode().entrySet()) {
            long setAside = aside.bytesByNode().getOrDefault(node.getKey(), 0L);
            long here = placement.bytesOn(node.getKey());
            long before = placedSoFar;
            placedSoFar += here;
            long filesHere = share(files, placedSoFar, placed) - share(files, before, placed);
            long tablesHere = share(tableBytes, placedSoFar, placed) - share(tableBytes, before, placed);
            long out = takenOut.getOrDefault(node.getKey(), 0L);
            long fromHost = keeping.fromHost(setAside) + filesHere;
            long rounding = placement.roundingOn(node.getKey());
            nodes.add(new NodePlan(node.getKey(), node.getValue(), here - rounding, rounding, setAside - out - here,
                    fromHost + out, tablesHere, node.getValue() - setAside - fromHost - tablesHere,
                    (node.getValue() - setAside) / SetAsidePlan.STRUCT_PAGE_SHARE));
        }
        return nodes;
    }

    /** A part of a whole, so that the parts make up the whole. */
    private static long share(long whole, long part, long all) {
        return all == 0 ? 0 : (long) ((double) whole * part / all);
    }

    /** What the machine has, for people. */
    public String describeMachine() {
        return "machine %s, read from %s: %d nodes, %s of RAM".formatted(machine.machine(), machine.source(),
                host.ramByNode().size(),
                MemorySize.format(host.ramByNode().values().stream().mapToLong(Long::longValue).sum()));
    }
}
