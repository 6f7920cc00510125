package org.dmemfs.core.pool;

import java.util.concurrent.atomic.LongAdder;
import org.dmemfs.core.RegionAllocator;

/**
 * Stands where an allocator should be while none is bound: gives nothing out, and what is given back is counted. The
 * states have it all, and the next allocator is built from them.
 */
final class AbsentAllocator implements RegionAllocator {
    private final DpageStates states;
    private final LongAdder free = new LongAdder();

    AbsentAllocator(DpageStates states, long free) {
        this.states = states;
        this.free.add(free);
    }

    @Override
    public long take() {
        return -1;
    }

    @Override
    public long takeRun(int tryMax) {
        return -1;
    }

    @Override
    public void give(long dpage) {
        free.increment();
    }

    @Override
    public boolean disable(long dpage) {
        free.decrement();
        return true;
    }

    @Override
    public boolean isTaken(long dpage) {
        return states.next(dpage) == dpage;
    }

    @Override
    public long nextTaken(long dpage) {
        return states.next(dpage);
    }

    @Override
    public long takenWord(long index) {
        return states.word(index);
    }

    @Override
    public long free() {
        return free.sum();
    }

    @Override
    public long recountFree() {
        return free();
    }

    @Override
    public long longestFreeRun() {
        return 0;
    }

    @Override
    public long metadataBytes() {
        return 0;
    }

    @Override
    public void close() {
        // The states are the pool's.
    }
}
