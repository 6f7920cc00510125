package org.dmemfs.core.pool;

/** What a take found, in one number, so that it makes no garbage: an address, and in its low bit whether to clean. */
final class Taken {
    /** Nothing: physical address 0 is never dmem. */
    static final long NOTHING = 0;

    private static final long DIRTY = 1;

    private Taken() {
    }

    static long of(long physicalAddress, boolean dirty) {
        return dirty ? physicalAddress | DIRTY : physicalAddress;
    }

    static long physicalAddress(long taken) {
        return taken & ~DIRTY;
    }

    static boolean isDirty(long taken) {
        return (taken & DIRTY) != 0;
    }
}
