package org.dmemfs.bench;

import org.dmemfs.core.Holder;
import org.dmemfs.kernel.PageSize;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One region in dpages of 2M; nobody touches their bytes. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class RegionState {
    private static final int BATCH = 1024;

    /** The allocator that serves the pool. */
    @Param({"bitmap", "llfree"})
    String allocator;

    private final Holder holder = new Holder("bench", "region");
    private final long[] batch = new long[BATCH];
    private final String machine;
    private final String dmem;
    private OpenPool open;

    RegionState(String machine, String dmem) {
        this.machine = machine;
        this.dmem = dmem;
    }

    /** Boots. */
    @Setup
    public void boot() {
        open = OpenPool.of(machine, dmem, allocator, PageSize.SIZE_2M);
        prepare();
    }

    /** What the region is like when the measure begins: as it booted. */
    void prepare() {
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        open.close();
    }

    void halfFill(long seed) {
        open.halfFill(holder, seed);
    }

    long takeAndGive() {
        return open.takeAndGiveClean(holder);
    }

    /** More than one child of llfree has, so that it must go on to others. */
    long takeAndGiveBatch() {
        for (int place = 0; place < BATCH; place++) {
            batch[place] = open.take(holder);
        }
        for (int place = 0; place < BATCH; place++) {
            open.use().giveUnwritten(holder, batch[place]);
        }
        return batch[0];
    }
}
