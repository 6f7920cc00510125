package org.dmemfs.core.pool;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** How many dpages one holder has, by the rank of their node. */
final class HolderCount {
    private final AtomicReferenceArray<LongAdder> byRank;

    HolderCount(int ranks) {
        byRank = new AtomicReferenceArray<>(ranks);
    }

    void add(int rank, long dpages) {
        LongAdder adder = byRank.getPlain(rank);
        if (adder == null) {
            adder = first(rank);
        }
        adder.add(dpages);
    }

    private LongAdder first(int rank) {
        byRank.compareAndSet(rank, null, new LongAdder());
        return byRank.get(rank);
    }

    long of(int rank) {
        LongAdder adder = byRank.get(rank);
        return adder == null ? 0 : adder.sum();
    }

    long sum() {
        long sum = 0;
        for (int rank = 0; rank < byRank.length(); rank++) {
            sum += of(rank);
        }
        return sum;
    }
}
