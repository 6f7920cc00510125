package org.dmemfs.core.pool;

import org.dmemfs.core.DpageRun;
import org.dmemfs.core.Holder;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.SeriesVersion;
import org.jspecify.annotations.Nullable;

/** Takes dpages and gives them back, through the gate: what every fault and every truncate does. */
final class DpageTraffic {
    private static final int MOST_IN_A_RUN = (1 << 23) - 1;
    private static final int POSTED_NODES = 8;

    private final Gate gate;
    private final FallbackOrder orders;
    private final Placement placement;
    private final Cleaning cleaning;
    private final BoundAllocator bound;
    private final SeriesVersion series;
    private final boolean checked;
    private final Oops oops;

    DpageTraffic(Gate gate, FallbackOrder orders, Placement placement, Cleaning cleaning, BoundAllocator bound,
            SeriesVersion series, boolean checked, Oops oops) {
        this.gate = gate;
        this.orders = orders;
        this.placement = placement;
        this.cleaning = cleaning;
        this.bound = bound;
        this.series = series;
        this.checked = checked;
        this.oops = oops;
    }

    long take(OpenUse use, Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode) {
        int node = placement.firstNode(policy, interleaveIndex, localNode);
        NodeMask allowed = placement.mask(policy);
        int turn = bound.turn();
        long taken = tryTake(use, holder, node, allowed);
        if (taken == Taken.NOTHING) {
            taken = takePatiently(use, holder, node, allowed, turn);
        }
        long physicalAddress = Taken.physicalAddress(taken);
        if (Taken.isDirty(taken) && series == SeriesVersion.REPAIRED) {
            cleanOrGiveBack(use, holder, physicalAddress);
        }
        return physicalAddress;
    }

    private void cleanOrGiveBack(OpenUse use, Holder holder, long physicalAddress) {
        boolean cleaned = false;
        try {
            cleaning.clean(physicalAddress, use.pageSize().bytes());
            cleaned = true;
        } finally {
            if (!cleaned) {
                give(use, holder, physicalAddress, true);
            }
        }
    }

    private long takePatiently(OpenUse use, Holder holder, int node, @Nullable NodeMask allowed, int turnOfTry) {
        long deadline = bound.deadline();
        int turn = turnOfTry;
        while (bound.await(turn, deadline)) {
            turn = bound.turn();
            long taken = tryTake(use, holder, node, allowed);
            if (taken != Taken.NOTHING) {
                return taken;
            }
        }
        throw exhausted(use, node, allowed, 1);
    }

    private long tryTake(OpenUse use, Holder holder, int node, @Nullable NodeMask allowed) {
        Lane lane = gate.enter();
        Carving carving;
        long taken;
        try {
            carving = use.carving();
            taken = carving.take(order(node), allowed, lane, holder);
        } finally {
            lane.leave();
        }
        sweepIfDue(carving);
        return taken;
    }

    DpageRun takeRun(OpenUse use, Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode, int tryMax) {
        return takeRun(use, holder, placement.firstNode(policy, interleaveIndex, localNode), placement.mask(policy),
                tryMax);
    }

    DpageRun takeOnNodes(OpenUse use, Holder holder, int node, @Nullable NodeMask allowed, int tryMax) {
        // 12.2.9: the posted guard takes the size of a pointer for the number of nodes.
        if (series != SeriesVersion.REPAIRED && node >= POSTED_NODES) {
            throw new ErrnoException(Errno.ENOMEM,
                    "node " + node + " is refused: the posted code accepts 0 to " + (POSTED_NODES - 1));
        }
        return takeRun(use, holder, node, allowed, tryMax);
    }

    private DpageRun takeRun(OpenUse use, Holder holder, int node, @Nullable NodeMask allowed, int tryMax) {
        int wanted = Math.min(tryMax, MOST_IN_A_RUN);
        long deadline = bound.deadline();
        int turn = bound.turn();
        DpageRun run = tryTakeRun(use, holder, node, allowed, wanted);
        while (run == null) {
            if (!bound.await(turn, deadline)) {
                throw exhausted(use, node, allowed, Math.max(tryMax, 1));
            }
            turn = bound.turn();
            run = tryTakeRun(use, holder, node, allowed, wanted);
        }
        if (series == SeriesVersion.REPAIRED) {
            cleanOrGiveBack(use, holder, run);
        }
        return run;
    }

    private @Nullable DpageRun tryTakeRun(OpenUse use, Holder holder, int node, @Nullable NodeMask allowed,
            int wanted) {
        Lane lane = gate.enter();
        Carving carving;
        DpageRun run;
        try {
            carving = use.carving();
            run = carving.takeRun(order(node), allowed, lane, holder, wanted);
        } finally {
            lane.leave();
        }
        sweepIfDue(carving);
        return run;
    }

    private int[] order(int node) {
        // 12.2.9: as posted, the list of a machine that failed the late check begins with node -1.
        if (!checked && series != SeriesVersion.REPAIRED) {
            throw oops.pageFault(-1, "dmem_alloc_pages_nodemask", "the fallback list begins with node -1");
        }
        return orders.of(node);
    }

    private void sweepIfDue(Carving carving) {
        if (carving.holders().sweepDue()) {
            gate.doAlone(carving.holders()::sweep);
        }
    }

    private ErrnoException exhausted(OpenUse use, int node, @Nullable NodeMask allowed, int wanted) {
        return gate.alone(() -> bound.isBound()
                ? Exhaustion.of(use.carving(), node, allowed, wanted)
                : new ErrnoException(Errno.ENOMEM, "no allocator bound: none was there within 1 s"));
    }

    private void cleanOrGiveBack(OpenUse use, Holder holder, DpageRun run) {
        int cleaned = 0;
        try {
            long bytes = use.pageSize().bytes();
            for (; cleaned < run.dpages(); cleaned++) {
                long physicalAddress = run.physicalAddress() + cleaned * bytes;
                if (clearDirty(use, physicalAddress)) {
                    cleaning.clean(physicalAddress, bytes);
                }
            }
        } finally {
            if (cleaned < run.dpages()) {
                giveRun(use, holder, run);
            }
        }
    }

    private boolean clearDirty(OpenUse use, long physicalAddress) {
        Lane lane = gate.enter();
        try {
            return use.carving().clearDirty(physicalAddress);
        } finally {
            lane.leave();
        }
    }

    void give(OpenUse use, Holder holder, long physicalAddress, boolean written) {
        Lane lane = gate.enter();
        try {
            Carving carving = use.carvingToGiveTo();
            // Where nothing is cleaned, nothing that was ever written is known to be clean.
            if (!carving.give(lane, holder, physicalAddress, written || series != SeriesVersion.REPAIRED)) {
                throw notHeld(holder, physicalAddress);
            }
        } finally {
            lane.leave();
        }
    }

    void giveRun(OpenUse use, Holder holder, DpageRun run) {
        Lane lane = gate.enter();
        try {
            Carving carving = use.carvingToGiveTo();
            if (!carving.isHeld(run)) {
                throw notHeld(holder, run.physicalAddress());
            }
            if (series == SeriesVersion.V2 && run.dpages() > 1 && carving.isMixed(run)) {
                throw oops.pageFault(run.physicalAddress(), "dmem_free_pages",
                        "the loop over a run of mixed reference counts has no end");
            }
            if (!carving.giveRun(lane, holder, run)) {
                throw notHeld(holder, run.physicalAddress());
            }
        } finally {
            lane.leave();
        }
    }

    private static ErrnoException notHeld(Holder holder, long physicalAddress) {
        return new ErrnoException(Errno.EINVAL, ("physical address 0x%x is not the start of a dpage that %s holds:"
                + " accepted is what it took and has not given back").formatted(physicalAddress, holder));
    }
}
