package org.dmemfs.fs;

import java.util.OptionalLong;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.MappableFile;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open file of dmemfs. It has neither read nor write: its bytes are reached by mapping it (patch 05). Safe for any
 * thread.
 */
@ProviderType
public interface OpenFile extends MappableFile, AutoCloseable {
    /**
     * Its size.
     *
     * @return bytes
     * @throws ErrnoException EBADF once closed, ENODEV where the mount has gone
     */
    long size();

    /**
     * {@code ftruncate} (patch 06). Growing takes no dpage; shrinking unmaps the tail and gives its dpages back.
     *
     * @param bytes the new size, a multiple of the page size
     * @throws ErrnoException EINVAL where it is not, or where the file was not opened for writing; EBADF once closed;
     *         ENODEV where the mount has gone
     */
    void truncate(long bytes);

    /**
     * {@code fallocate}, beyond the series: fills the holes of a range with dpages of its own, all of them or none, so
     * that a VMM fails before it boots a guest and not in the middle of it. The file grows to the end of the range.
     *
     * @param offset first byte, a multiple of the page size
     * @param bytes length, a multiple of the page size, at least one page
     * @param policy chooses the nodes; INTERLEAVE counts dpages from the start of the file
     * @param localNode the node of the processor that asks
     * @throws ErrnoException EINVAL for a range that does not fit; EFBIG where it ends beyond the largest file; EBADF
     *         once closed or where the file was not opened for writing; ENOSPC where the pool, or the mount's limit,
     *         has not that many dpages, the sentence saying what is wanted, what is free and who holds the most; ENODEV
     *         where the mount has gone
     */
    void fallocate(long offset, long bytes, MemoryPolicy policy, int localNode);

    /**
     * {@code fallocate} with FALLOC_FL_PUNCH_HOLE, beyond the series: unmaps the dpages of a range and gives them back.
     * The size stays; the range reads as zero when it is next touched.
     *
     * @param offset first byte, a multiple of the page size
     * @param bytes length, a multiple of the page size, at least one page
     * @throws ErrnoException EINVAL for a range that does not fit; EBADF once closed or where the file was not opened for
     *         writing; ENODEV where the mount has gone
     */
    void punchHole(long offset, long bytes);

    /**
     * Where a byte of the file lies in physical memory, for people and tools.
     *
     * @param offset a byte of the file
     * @return the 4K frame, empty where there is a hole or the file has ended
     * @throws ErrnoException EBADF once closed, ENODEV where the mount has gone
     */
    OptionalLong frameAt(long offset);

    /**
     * What it is.
     *
     * @return its attributes
     * @throws ErrnoException EBADF once closed, ENODEV where the mount has gone
     */
    FileAttributes stat();

    /** Closes it. Its mappings stay. Idempotent. */
    @Override
    void close();
}
