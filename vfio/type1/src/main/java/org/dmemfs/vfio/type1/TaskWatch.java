package org.dmemfs.vfio.type1;

import org.dmemfs.mm.MmuNotifier;

/**
 * Hears what becomes of the memory behind a container's maps. A truncate, an unmap and the task's exit change nothing, as
 * maps hold their memory; only where its owner itself ends, the maps end first.
 */
final class TaskWatch implements MmuNotifier {
    private final Withdrawn listener;

    /** Is told which memory of the task is taken back. */
    @FunctionalInterface
    interface Withdrawn {
        void of(long virtualAddress, long virtualEnd, String reason);
    }

    TaskWatch(Withdrawn listener) {
        this.listener = listener;
    }

    @Override
    public void invalidateRangeStart(long start, long end) {
        // a map's memory stays where it is
    }

    @Override
    public void invalidateRangeEnd(long start, long end) {
        // as above
    }

    @Override
    public void released() {
        // the container is not the task's: it is closed by itself
    }

    @Override
    public void withdrawn(long start, long end, String reason) {
        listener.of(start, end, reason);
    }
}
