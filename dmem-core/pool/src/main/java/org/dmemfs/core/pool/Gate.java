package org.dmemfs.core.pool;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Lets operations pass side by side, each in a {@link Lane} of its own, or one change of the pool alone. Entering is one
 * compare-and-set, leaving a store. Operations do not nest.
 */
final class Gate {
    private static final int LANES_PER_PROCESSOR = 4;

    private final Lane[] lanes;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile boolean closed;

    Gate() {
        int wanted = Runtime.getRuntime().availableProcessors() * LANES_PER_PROCESSOR;
        lanes = Stream.generate(Lane::new).limit(Integer.highestOneBit(wanted) * 2L).toArray(Lane[]::new);
    }

    /** Waits while a change is made. Who enters leaves the lane, whatever happens. */
    Lane enter() {
        Lane lane = freeLane();
        return closed ? enterAfterTheChange(lane) : lane;
    }

    private Lane freeLane() {
        int mask = lanes.length - 1;
        for (int place = (int) Thread.currentThread().threadId() & mask;; place = place + 1 & mask) {
            if (lanes[place].tryEnter()) {
                return lanes[place];
            }
            Thread.onSpinWait();
        }
    }

    private Lane enterAfterTheChange(Lane lane) {
        lane.leave();
        changing.lock();
        try {
            return freeLane();
        } finally {
            changing.unlock();
        }
    }

    void doAlone(Runnable change) {
        alone(() -> {
            change.run();
            return true;
        });
    }

    /** Makes a change while no operation is under way. Not from within an operation or another change. */
    <T> T alone(Supplier<T> change) {
        changing.lock();
        try {
            closed = true;
            for (Lane lane : lanes) {
                awaitEmpty(lane);
                lane.settle();
            }
            return change.get();
        } finally {
            closed = false;
            changing.unlock();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // an operation is short, but it may need this processor to end
    private static void awaitEmpty(Lane lane) {
        while (lane.isBusy()) {
            Thread.yield();
        }
    }
}
