package org.dmemfs.mce.memoryfailure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmemfs.mce.FailureRecord;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.Task;
import org.jspecify.annotations.Nullable;

/**
 * The report that a thread is handling, and, where the error was met by a task's own access, that access: the kernel's
 * {@code current}. Used by that thread only.
 */
final class CurrentReport {
    /** Bound in the thread that handles a report. */
    private static final ScopedValue<CurrentReport> CURRENT = ScopedValue.newInstance();

    private final @Nullable Task task;
    private final long virtualAddress;
    private final List<FailureRecord.Signalled> signalled = new ArrayList<>();
    private @Nullable BusSignal answer;

    private CurrentReport(@Nullable Task task, long virtualAddress) {
        this.task = task;
        this.virtualAddress = virtualAddress;
    }

    /** A report that comes from outside. */
    static CurrentReport fromOutside() {
        return new CurrentReport(null, 0);
    }

    /** A report by a task's access. */
    static CurrentReport ofAccess(Task task, long virtualAddress) {
        return new CurrentReport(task, virtualAddress);
    }

    /** The report that this thread is handling. */
    static Optional<CurrentReport> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    <T> T handle(ScopedValue.CallableOp<T, RuntimeException> handler) {
        return ScopedValue.where(CURRENT, this).call(handler);
    }

    /** Whether a task is the one whose access met the error. */
    boolean isAccessOf(Task other) {
        return other.equals(task);
    }

    long virtualAddress() {
        return virtualAddress;
    }

    List<FailureRecord.Signalled> signalled() {
        return List.copyOf(signalled);
    }

    /** The signal that the task got for its access, or null as long as it got none. */
    @Nullable
    BusSignal answer() {
        return answer;
    }

    void deliver(Task receiver, BusSignal signal) {
        if (isAccessOf(receiver)) {
            answer = signal;
        }
        signalled.add(new FailureRecord.Signalled(receiver.pid(), receiver.name(), signal));
        receiver.deliver(signal);
    }
}
