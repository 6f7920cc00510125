package org.dmemfs.core.pool;

import org.dmemfs.core.DpageRun;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;

/** One user's handle: open, then either closed by its user or stale because the pool was stopped. */
final class OpenUse implements PoolUse {
    private final DirectMemoryPool pool;
    private final DpageTraffic traffic;
    private final Carving carving;
    private final String user;
    private volatile @Nullable Errno ended;

    OpenUse(DirectMemoryPool pool, DpageTraffic traffic, Carving carving, String user) {
        this.pool = pool;
        this.traffic = traffic;
        this.carving = carving;
        this.user = user;
    }

    String user() {
        return user;
    }

    /** What this use takes from; only within the gate. */
    Carving carving() {
        if (ended != null) {
            throw gone();
        }
        return carving;
    }

    /** As {@link #carving}, but what was taken can be given back after the close, for as long as the page size stays. */
    Carving carvingToGiveTo() {
        if (ended != null && pool.carving() != carving) {
            throw gone();
        }
        return carving;
    }

    private ErrnoException gone() {
        return ended == Errno.ENODEV
                ? new ErrnoException(Errno.ENODEV, "the pool that " + user + " used has been stopped")
                : new ErrnoException(Errno.EBADF, "the use of the pool by " + user + " has been closed");
    }

    /** Only while no operation is under way; returns false where it had ended before. */
    boolean end(Errno answer) {
        boolean first = ended == null;
        if (first) {
            ended = answer;
        }
        return first;
    }

    @Override
    public PageSize pageSize() {
        return carving().pageSize();
    }

    @Override
    public long take(Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode) {
        return traffic.take(this, holder, policy, interleaveIndex, localNode);
    }

    @Override
    public DpageRun takeRun(Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode, int tryMax) {
        return traffic.takeRun(this, holder, policy, interleaveIndex, localNode, tryMax);
    }

    @Override
    public DpageRun takeOnNodes(Holder holder, int node, @Nullable NodeMask allowed, int tryMax) {
        return traffic.takeOnNodes(this, holder, node, allowed, tryMax);
    }

    @Override
    public void give(Holder holder, long physicalAddress) {
        traffic.give(this, holder, physicalAddress, true);
        freed();
    }

    @Override
    public void giveUnwritten(Holder holder, long physicalAddress) {
        traffic.give(this, holder, physicalAddress, false);
        freed();
    }

    @Override
    public void giveRun(Holder holder, DpageRun run) {
        traffic.giveRun(this, holder, run);
        freed();
    }

    private void freed() {
        if (ended != null) {
            pool.freed();
        }
    }

    @Override
    public void close() {
        pool.close(this);
    }
}
