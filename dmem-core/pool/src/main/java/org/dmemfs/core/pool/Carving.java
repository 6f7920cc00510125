package org.dmemfs.core.pool;

import java.util.List;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.Holder;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.jspecify.annotations.Nullable;

/**
 * The regions cut into dpages of one size, from the first use to the last reference. Every call but the building is made
 * from within the pool's {@link Gate}.
 */
@Patch(v1 = 3, v2 = 3)
final class Carving implements AutoCloseable {
    private final PageSize pageSize;
    private final List<DpageNode> nodes;
    private final @Nullable DpageNode[] byId;
    private final RegionLookup lookup;
    private final long unalignedPages;
    private final HolderLedger holders;
    private final DmemTracepoints trace;
    private final boolean countsReferences;

    Carving(PageSize pageSize, List<DpageNode> nodes, long unalignedPages, DmemTracepoints trace,
            boolean countsReferences) {
        this.pageSize = pageSize;
        this.nodes = List.copyOf(nodes);
        this.byId = new DpageNode[nodes.stream().mapToInt(DpageNode::node).max().orElse(-1) + 1];
        this.nodes.forEach(node -> byId[node.node()] = node);
        this.lookup = new RegionLookup(this.nodes);
        this.unalignedPages = unalignedPages;
        this.holders = new HolderLedger(this.nodes.size());
        this.trace = trace;
        this.countsReferences = countsReferences;
    }

    PageSize pageSize() {
        return pageSize;
    }

    List<DpageNode> nodes() {
        return nodes;
    }

    /** Whether its dpages have a count that others than holders may raise (patch 35); the same from first use to last. */
    boolean countsReferences() {
        return countsReferences;
    }

    long unalignedPages() {
        return unalignedPages;
    }

    HolderLedger holders() {
        return holders;
    }

    RegionLookup lookup() {
        return lookup;
    }

    private @Nullable DpageNode node(int id) {
        return id < byId.length ? byId[id] : null;
    }

    /**
     * One dpage from the first node of the order that may give and has one; see {@link Taken}. It is no longer marked
     * dirty: who takes it cleans it, or gives it back as written.
     */
    long take(int[] order, @Nullable NodeMask allowed, Lane lane, Holder holder) {
        for (int id : order) {
            if (allowed != null && !allowed.contains(id)) {
                continue;
            }
            DpageNode node = node(id);
            long taken = node == null ? Taken.NOTHING : takeOn(node, lane, holder);
            trace.allocPagesNode(Taken.physicalAddress(taken), id, 1, taken == Taken.NOTHING ? 0 : 1);
            if (taken != Taken.NOTHING) {
                return taken;
            }
        }
        return Taken.NOTHING;
    }

    private long takeOn(DpageNode node, Lane lane, Holder holder) {
        for (DpageRegion region : node.regions()) {
            long index = region.allocator().take();
            if (index >= 0) {
                int before = region.states().holdToClean(index);
                lane.countFor(holders, holder);
                lane.add(node.counters().rank(), 1);
                return Taken.of(region.physicalAddressOf(index), DpageStates.isDirty(before));
            }
        }
        return Taken.NOTHING;
    }

    /** A run from the first node of the order that may give and has one; dirty dpages stay marked. */
    @Nullable
    DpageRun takeRun(int[] order, @Nullable NodeMask allowed, Lane lane, Holder holder, int tryMax) {
        for (int id : order) {
            if (allowed != null && !allowed.contains(id)) {
                continue;
            }
            DpageNode node = node(id);
            DpageRun run = node == null ? null : takeRunOn(node, lane, holder, tryMax);
            trace.allocPagesNode(run == null ? 0 : run.physicalAddress(), id, tryMax, run == null ? 0 : run.dpages());
            if (run != null) {
                return run;
            }
        }
        return null;
    }

    private @Nullable DpageRun takeRunOn(DpageNode node, Lane lane, Holder holder, int tryMax) {
        for (DpageRegion region : node.regions()) {
            long run = region.allocator().takeRun(Math.max(tryMax, 1));
            if (run >= 0) {
                long first = RegionAllocator.firstOf(run);
                int dpages = RegionAllocator.dpagesOf(run);
                for (long index = first; index < first + dpages; index++) {
                    region.states().hold(index);
                }
                lane.countFor(holders, holder);
                lane.add(node.counters().rank(), dpages);
                return new DpageRun(region.physicalAddressOf(first), dpages);
            }
        }
        return null;
    }

    /** Ends a dpage's dirtiness; returns whether it has to be cleaned. */
    boolean clearDirty(long physicalAddress) {
        DpageRegion region = lookup.region(physicalAddress);
        return region != null && region.states().clearDirty(region.indexOf(physicalAddress));
    }

    /** The holder's reference goes; returns false where it has none on a dpage that begins there. */
    boolean give(Lane lane, Holder holder, long physicalAddress, boolean written) {
        Given given = giveUntraced(lane, holder, physicalAddress, written);
        if (given == Given.FREED) {
            trace.freePages(physicalAddress, 1);
        }
        return given != Given.REFUSED;
    }

    /** The holder's reference on each dpage of a run goes, as {@link #give}; neighbours that are freed are one event. */
    boolean giveRun(Lane lane, Holder holder, DpageRun run) {
        int freed = 0;
        Given given = Given.KEPT;
        for (int place = 0; place < run.dpages() && given != Given.REFUSED; place++) {
            long physicalAddress = run.physicalAddress() + place * pageSize.bytes();
            given = giveUntraced(lane, holder, physicalAddress, true);
            if (given == Given.FREED) {
                freed++;
            }
            if (freed > 0 && (given != Given.FREED || place == run.dpages() - 1)) {
                long end = given == Given.FREED ? physicalAddress + pageSize.bytes() : physicalAddress;
                trace.freePages(end - freed * pageSize.bytes(), freed);
                freed = 0;
            }
        }
        return given != Given.REFUSED;
    }

    private enum Given {
        REFUSED, KEPT, FREED
    }

    private Given giveUntraced(Lane lane, Holder holder, long physicalAddress, boolean written) {
        DpageRegion region = lookup.region(physicalAddress);
        if (region == null || (physicalAddress & (pageSize.bytes() - 1)) != 0
                || !lane.countForKnown(holders, holder)) {
            return Given.REFUSED;
        }
        long index = region.indexOf(physicalAddress);
        int state = region.states().give(index, written);
        if (state == DpageStates.REFUSED) {
            return Given.REFUSED;
        }
        NodeCounters counters = region.counters();
        lane.add(counters.rank(), -1);
        if (DpageStates.references(state) > 0) {
            counters.withoutHolder().increment();
            return Given.KEPT;
        }
        free(region, index, state);
        return Given.FREED;
    }

    /** Whether every dpage of a run has its holder's reference. */
    boolean isHeld(DpageRun run) {
        long end = run.physicalAddress() + run.dpages() * pageSize.bytes();
        for (long address = run.physicalAddress(); address < end; address += pageSize.bytes()) {
            DpageRegion region = lookup.region(address);
            if (region == null || (address & (pageSize.bytes() - 1)) != 0
                    || !DpageStates.isHeld(region.states().of(region.indexOf(address)))) {
                return false;
            }
        }
        return run.dpages() > 0;
    }

    /** Whether giving a held run back would leave references on some of its dpages but not on others. */
    boolean isMixed(DpageRun run) {
        int kept = 0;
        for (int place = 0; place < run.dpages(); place++) {
            kept += DpageStates.references(stateOf(run.physicalAddress() + place * pageSize.bytes())) > 1 ? 1 : 0;
        }
        return kept > 0 && kept < run.dpages();
    }

    /** One more reference; returns the state before, REFUSED or FULL. */
    int get(long physicalAddress) {
        DpageRegion region = lookup.region(physicalAddress);
        if (region == null) {
            return DpageStates.REFUSED;
        }
        int before = region.states().get(region.indexOf(physicalAddress));
        if (before >= 0 && DpageStates.others(before) == 0) {
            region.counters().pinned().increment();
        }
        return before;
    }

    /** One reference less; returns the state since, or REFUSED. */
    int put(long physicalAddress) {
        DpageRegion region = lookup.region(physicalAddress);
        if (region == null) {
            return DpageStates.REFUSED;
        }
        long index = region.indexOf(physicalAddress);
        int after = region.states().put(index);
        if (after >= 0 && DpageStates.others(after) == 0) {
            NodeCounters counters = region.counters();
            counters.pinned().decrement();
            if (!DpageStates.isHeld(after)) {
                counters.withoutHolder().decrement();
                free(region, index, after);
                trace.freePages(region.physicalAddressOf(index), 1);
            }
        }
        return after;
    }

    private static void free(DpageRegion region, long index, int state) {
        if (!region.release(index, state)) {
            region.counters().retired().increment();
        }
    }

    int stateOf(long physicalAddress) {
        DpageRegion region = lookup.region(physicalAddress);
        return region == null ? 0 : region.states().of(region.indexOf(physicalAddress));
    }

    /** A frame went bad, alone: a free dpage is retired. Returns the state before. */
    int poison(DpageRegion region, long physicalAddress) {
        long index = region.indexOf(physicalAddress);
        int before = region.states().of(index);
        region.states().markBad(index);
        if (DpageStates.references(before) == 0 && !DpageStates.isBad(before)) {
            region.allocator().disable(index);
            region.counters().retired().increment();
        }
        return before;
    }

    /** Alone: exact. */
    List<NodeUsage> usage() {
        return nodes.stream().map(node -> node.usage(holders.heldOn(node.counters().rank()))).toList();
    }

    /** What the pool and its allocators keep for the dpages outside the heap. */
    long metadataBytes() {
        return lookup.regions().stream()
                .mapToLong(region -> region.states().bytes() + region.allocator().metadataBytes()).sum();
    }

    long withoutHolder() {
        return nodes.stream().mapToLong(node -> node.counters().withoutHolder().sum()).sum();
    }

    /** Dpages with a reference, alone. */
    long used() {
        return nodes.stream().mapToLong(node -> holders.heldOn(node.counters().rank())).sum() + withoutHolder();
    }

    @Override
    public void close() {
        nodes.forEach(node -> List.of(node.regions()).forEach(DpageRegion::close));
    }
}
