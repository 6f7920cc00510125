package org.dmemfs.linux;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A range of this process's address space, kept for its owner: at first nothing is mapped and no access is allowed
 * (PROT_NONE), then pieces of {@link SharedMemory} are mapped into it, read-write and shared, and revoked from it.
 *
 * <p><b>A touch of an unmapped byte ends the JVM</b>: the host answers PROT_NONE with SIGSEGV, which HotSpot does not
 * turn into an exception. Java code therefore touches only what it knows to be mapped, by {@link #isMapped} or better
 * by its own books, and its owner keeps a {@link #revoke} apart from every access to the same range. A guest in
 * KVM_RUN is safe: it exits with {@link KvmExit.Fault}.
 *
 * <p>Mapping, revoking and asking are safe for any thread. The segment is shared between threads.
 */
@ProviderType
public interface AddressWindow extends AutoCloseable {
    /**
     * The whole window as a segment. An access after the close is an {@link IllegalStateException}.
     *
     * @return the segment, always the same
     */
    MemorySegment segment();

    /**
     * The size of the window.
     *
     * @return bytes
     */
    long bytes();

    /**
     * What the first address of the window is a multiple of.
     *
     * @return the page size given at {@link HostMemory#reserve}
     */
    PageSize alignment();

    /**
     * Maps a piece of a memory into the window, readable and writable, shared with every other mapping of the piece.
     *
     * @param windowOffset where in the window, in bytes, a multiple of the size of the memory's backing page
     * @param memory what is mapped; its handle may be closed afterwards
     * @param memoryOffset which piece of the memory, in bytes, a multiple of the size of its backing page
     * @param bytes how much, a multiple of the size of the backing page, more than 0
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where a value is not aligned or a range is not inside the window
     *         or the memory, or where the window is aligned to a smaller page than the memory's; EEXIST where a byte
     *         of the range is mapped already; ENOMEM where the windows of the service have as many pieces
     *         mapped as {@code vm.max_map_count} allows beside the JVM's own; ENODEV where the window or the memory
     *         is closed
     */
    void map(long windowOffset, SharedMemory memory, long memoryOffset, long bytes);

    /**
     * Takes the access to a range away (PROT_NONE over it). When it returns, no processor of the host and no guest
     * reaches the bytes through this window. What was not mapped stays so.
     *
     * @param windowOffset where the range starts, in bytes, a multiple of 4 KiB
     * @param bytes how long it is, a multiple of 4 KiB, more than 0
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where the range is not inside the window, or where an end of it
     *         is not a multiple of 4 KiB or cuts a larger page in two; ENOMEM where the range is the middle of a
     *         piece and the windows have no further piece left (see {@link #map}); nothing is revoked then; ENODEV
     *         after the close
     */
    void revoke(long windowOffset, long bytes);

    /**
     * Whether every byte of a range is mapped at this moment. It takes no lock.
     *
     * @param windowOffset where the range starts, in bytes
     * @param bytes how long it is, more than 0
     * @return false also where the range is not inside the window, and after the close
     */
    boolean isMapped(long windowOffset, long bytes);

    /**
     * Ends every access through the segment, then gives the address space back.
     *
     * @throws org.dmemfs.kernel.ErrnoException EBUSY while a slot of a {@link KvmVirtualMachine} lies in the window, or
     *         while a thread is inside an operation on the segment; the window then stays as it was
     */
    @Override
    void close();
}
