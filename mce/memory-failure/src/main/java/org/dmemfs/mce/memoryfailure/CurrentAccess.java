package org.dmemfs.mce.memoryfailure;

import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.Task;
import org.jspecify.annotations.Nullable;

/** The access that met a bad frame, while its machine check is being handled: the kernel's {@code current}. */
final class CurrentAccess {
    /** Bound in the thread of the access. */
    static final ScopedValue<CurrentAccess> CURRENT = ScopedValue.newInstance();

    private final Task task;
    private final long virtualAddress;
    @Nullable
    private BusSignal delivered;

    CurrentAccess(Task task, long virtualAddress) {
        this.task = task;
        this.virtualAddress = virtualAddress;
    }

    Task task() {
        return task;
    }

    long virtualAddress() {
        return virtualAddress;
    }

    /** The signal that the task got for it, or null as long as it got none. */
    @Nullable
    BusSignal delivered() {
        return delivered;
    }

    void deliver(BusSignal signal) {
        delivered = signal;
        task.deliver(signal);
    }
}
