package org.dmemfs.core.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmemfs.core.Holder;
import org.jspecify.annotations.Nullable;

/** What a lane knows, on cache lines of its own: the margin is ahead of it, the {@link Lane}'s is behind it. */
abstract class LaneState extends LaneMargin {
    static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(LaneState.class, "busy", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    volatile boolean busy;
    @Nullable
    Holder holder;
    @Nullable
    HolderCount count;
    int rank;
    long pending;
}
