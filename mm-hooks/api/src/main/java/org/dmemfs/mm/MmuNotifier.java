package org.dmemfs.mm;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Mirrors an address space elsewhere, as a guest's second-level tables do. Between begin and end of a range nothing may
 * be mirrored from it; begin returns only when nothing of it is in use any more. Must not block on anything that faults.
 */
@ConsumerType
public interface MmuNotifier {
    /**
     * Entries of a range are about to go.
     *
     * @param start first virtual address
     * @param end first virtual address after it
     */
    void invalidateRangeStart(long start, long end);

    /**
     * The entries of the range have gone.
     *
     * @param start first virtual address
     * @param end first virtual address after it
     */
    void invalidateRangeEnd(long start, long end);

    /** The address space has gone as a whole. */
    void released();

    /**
     * Who gave the memory that is mapped there ends and takes it back for good, as a file system that stops: no later fault
     * will find it. The entries go afterwards, as {@link #invalidateRangeStart} tells. Called with no lock held; the
     * listener may unregister itself.
     *
     * @param start first virtual address
     * @param end first virtual address after it
     * @param reason who ends, for people
     */
    default void withdrawn(long start, long end, String reason) {
    }
}
