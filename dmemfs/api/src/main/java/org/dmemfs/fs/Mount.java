package org.dmemfs.fs;

import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/** A mounted dmemfs. Safe for any thread; every call answers ENODEV once it is unmounted. */
@ProviderType
public interface Mount extends AutoCloseable {
    /**
     * What it is called.
     *
     * @return the absolute path given at mount
     */
    String target();

    /**
     * The size of its dpages.
     *
     * @return 4K, 2M or 1G
     */
    PageSize pageSize();

    /**
     * Its options as {@code /proc/mounts} shows them.
     *
     * @return in series repaired with pagesize; in v2 and v1 without (defect 12.2.10)
     */
    String showOptions();

    /**
     * Creates and opens a file.
     *
     * @param path its name
     * @return open for reading and writing, size 0
     * @throws ErrnoException EEXIST, ENOENT or ENOTDIR for a path that does not fit, ENAMETOOLONG, EINVAL
     */
    OpenFile create(String path);

    /**
     * Opens a file.
     *
     * @param path its name
     * @param mode how
     * @return the open file
     * @throws ErrnoException ENOENT, ENOTDIR, EISDIR
     */
    OpenFile open(String path, OpenMode mode);

    /**
     * Makes a directory.
     *
     * @param path its name
     * @throws ErrnoException EEXIST, ENOENT or ENOTDIR for a path that does not fit, ENAMETOOLONG, EINVAL
     */
    void mkdir(String path);

    /**
     * Removes an empty directory.
     *
     * @param path its name
     * @throws ErrnoException ENOENT, ENOTDIR, ENOTEMPTY, EBUSY for the root
     */
    void rmdir(String path);

    /**
     * Removes a file's name. Its dpages stay while it is open or mapped.
     *
     * @param path its name
     * @throws ErrnoException ENOENT, ENOTDIR, EISDIR
     */
    void unlink(String path);

    /**
     * Renames a file or directory, replacing what the new name had.
     *
     * @param from its name
     * @param to its new name
     * @throws ErrnoException ENOENT, ENOTDIR, EISDIR, ENOTEMPTY, EBUSY for the root, EINVAL where a directory would move into
     *         itself
     */
    void rename(String from, String to);

    /**
     * What a name stands for.
     *
     * @param path a name; / for the root
     * @return its attributes
     * @throws ErrnoException ENOENT, ENOTDIR
     */
    FileAttributes stat(String path);

    /**
     * The names in a directory.
     *
     * @param path its name
     * @return in the order of creation
     * @throws ErrnoException ENOENT, ENOTDIR
     */
    List<String> readdir(String path);

    /**
     * {@code statfs}.
     *
     * @return in series repaired with blocks and free blocks; in v2 and v1 these are 0 (defect 12.2.14)
     */
    FileSystemUsage statfs();

    /**
     * Unmounts.
     *
     * @throws ErrnoException EBUSY where a file is open or mapped, the sentence naming one
     */
    void unmount();

    /** Unmounts as {@code umount -l} does: mappings and open files end first. Idempotent. */
    @Override
    void close();
}
