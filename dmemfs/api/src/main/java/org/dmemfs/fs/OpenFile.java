package org.dmemfs.fs;

import org.dmemfs.kernel.ErrnoException;
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
