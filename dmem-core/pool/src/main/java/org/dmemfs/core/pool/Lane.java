package org.dmemfs.core.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmemfs.core.Holder;
import org.jspecify.annotations.Nullable;

/**
 * One way through the {@link Gate}, for one operation at a time. What an operation counts for its holder waits here and
 * is added up when another holder comes by, or when the pool is read: most takes and gives of a thread are for one
 * holder.
 */
final class Lane {
    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(Lane.class, "busy", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Keeps neighbours off this lane's cache lines. */
    @SuppressWarnings("unused")
    private long before0, before1, before2, before3, before4, before5, before6, before7;
    private volatile boolean busy;
    private @Nullable Holder holder;
    private @Nullable HolderCount count;
    private int rank;
    private long pending;
    @SuppressWarnings("unused")
    private long after0, after1, after2, after3, after4, after5, after6, after7;

    boolean tryEnter() {
        return BUSY.compareAndSet(this, false, true);
    }

    void leave() {
        BUSY.setRelease(this, false);
    }

    boolean isBusy() {
        return busy;
    }

    /** What is counted from now on is this holder's. */
    void countFor(HolderLedger holders, Holder wanted) {
        if (count == null || !wanted.equals(holder)) {
            passBy(holders.of(wanted), wanted);
        }
    }

    /** As {@link #countFor}, but only for a holder that has taken something; returns false for any other. */
    boolean countForKnown(HolderLedger holders, Holder wanted) {
        if (count == null || !wanted.equals(holder)) {
            HolderCount known = holders.known(wanted);
            if (known == null) {
                return false;
            }
            passBy(known, wanted);
        }
        return true;
    }

    private void passBy(HolderCount newCount, Holder newHolder) {
        addUp();
        count = newCount;
        holder = newHolder;
    }

    /** Counts for the holder that was named last. */
    void add(int nodeRank, long dpages) {
        if (nodeRank != rank) {
            addUp();
            rank = nodeRank;
        }
        pending += dpages;
    }

    private void addUp() {
        if (count != null && pending != 0) {
            count.add(rank, pending);
        }
        pending = 0;
    }

    /** Adds up what waits and forgets the holder: within the lane, or while no operation is under way. */
    void settle() {
        addUp();
        count = null;
        holder = null;
    }
}
