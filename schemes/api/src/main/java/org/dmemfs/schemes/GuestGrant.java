package org.dmemfs.schemes;

import java.util.Map;
import java.util.OptionalLong;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Task;
import org.osgi.annotation.versioning.ProviderType;

/** The memory of one guest. Safe for any thread. */
@ProviderType
public interface GuestGrant extends AutoCloseable {
    /**
     * Whose it is.
     *
     * @return the guest's name
     */
    String guest();

    /**
     * How much it is.
     *
     * @return bytes, whole pages
     */
    long bytes();

    /**
     * The size of its pages.
     *
     * @return the carve-out's
     */
    PageSize pageSize();

    /**
     * Maps all of it into a task, readable, writable and shared where the scheme knows sharing, with the policy that it was
     * given by.
     *
     * @param task a task of the machine
     * @return the first virtual address, a multiple of the page size
     * @throws ErrnoException ENOMEM where the task has no room, ESRCH or ENODEV where the task is not the machine's or has
     *         exited, ENODEV once taken back
     */
    long map(Task task);

    /**
     * Has every page taken now, as a VMM that preallocates does, all or none.
     *
     * @throws ErrnoException ENOSPC or ENOMEM where the pages are not there by the policy; EOPNOTSUPP where the scheme can take
     *         pages by touch alone; ENODEV once taken back
     */
    void populate();

    /**
     * Cuts it down, as a truncate of its file does, while it may be mapped and used by devices.
     *
     * @param bytes the new size, a multiple of the page size, no more than now
     * @throws ErrnoException EOPNOTSUPP where the scheme has no such thing; EINVAL for another number; ENODEV once taken back
     */
    void truncate(long bytes);

    /**
     * Which frame a byte is in.
     *
     * @param offset a byte of it
     * @return the 4K frame, empty where no page has been taken for it or the scheme cannot tell
     * @throws ErrnoException EINVAL for an offset beyond its end, ENODEV once taken back
     */
    OptionalLong frameAt(long offset);

    /**
     * Where its pages are.
     *
     * @return bytes by node of the pages that are taken; promised ones by the node they are promised on where touch alone takes
     *         them
     */
    Map<Integer, Long> bytesByNode();

    /**
     * Takes it back: mappings go, the pages are free once no device holds them, and are zero for their next owner where the
     * scheme sees to that. Idempotent.
     */
    @Override
    void close();
}
