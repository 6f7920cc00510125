package org.dmemfs.mm.mm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dmemfs.mm.MmuNotifier;

/** The listeners of one address space. A call holds the read side, so that an unregister can wait for it. */
final class Notifiers {
    private final CopyOnWriteArrayList<MmuNotifier> listeners = new CopyOnWriteArrayList<>();
    private final ReadWriteLock calls = new ReentrantReadWriteLock();

    void register(MmuNotifier listener) {
        listeners.addIfAbsent(listener);
    }

    void unregister(MmuNotifier listener) {
        if (listeners.remove(listener)) {
            // To have had the write side is to know that every call before has returned.
            calls.writeLock().lock();
            try {
                assert !listeners.contains(listener) : "a listener is registered once";
            } finally {
                calls.writeLock().unlock();
            }
        }
    }

    void begin(long start, long end) {
        if (listeners.isEmpty()) {
            return;
        }
        calls.readLock().lock();
        try {
            for (MmuNotifier listener : listeners) {
                listener.invalidateRangeStart(start, end);
            }
        } finally {
            calls.readLock().unlock();
        }
    }

    void end(long start, long end) {
        if (listeners.isEmpty()) {
            return;
        }
        calls.readLock().lock();
        try {
            for (MmuNotifier listener : listeners) {
                listener.invalidateRangeEnd(start, end);
            }
        } finally {
            calls.readLock().unlock();
        }
    }

    /** Without the lock of the calls: a listener may unregister itself from within. */
    void withdrawn(long start, long end, String reason) {
        for (MmuNotifier listener : listeners) {
            listener.withdrawn(start, end, reason);
        }
    }

    /** The last call of each; a listener may unregister itself from within. */
    void release() {
        for (MmuNotifier listener : List.copyOf(listeners)) {
            if (listeners.remove(listener)) {
                listener.released();
            }
        }
    }
}
