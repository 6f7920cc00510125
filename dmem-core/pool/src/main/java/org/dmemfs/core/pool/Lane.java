package org.dmemfs.core.pool;

import org.dmemfs.core.Holder;

/**
 * One way through the {@link Gate}, for one operation at a time. What an operation counts for its holder waits here and
 * is added up when another holder comes by, or when the pool is read: most takes and gives of a thread are for one
 * holder.
 */
final class Lane extends LaneState {
    @SuppressWarnings("unused")
    private long behind0, behind1, behind2, behind3, behind4, behind5, behind6, behind7, behind8, behind9, behind10,
            behind11, behind12, behind13, behind14, behind15;

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
