package org.dmemfs.tracing;

import java.util.SortedSet;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A tree of text files that the kernel makes up when they are read: tracefs and debugfs, with the names that the series
 * gives its files (patches 07 and 08). Published as a service, one per mount point. Safe for any thread.
 */
@ProviderType
public interface PseudoFileSystem {
    /**
     * Where Linux has it.
     *
     * @return an absolute path without a slash at its end: {@code /sys/kernel/tracing} or {@code /sys/kernel/debug}
     */
    String mountPoint();

    /**
     * The files that are there now.
     *
     * @return paths relative to the mount point, such as {@code dmem/region_num}; an immutable copy
     */
    SortedSet<String> files();

    /**
     * Reads a file as a whole.
     *
     * @param path relative to the mount point
     * @return its text, with a line feed after each line
     * @throws ErrnoException ENOENT where there is no such file now
     */
    String read(String path);

    /**
     * Writes to a file that is a switch, as {@code echo} into it does, but that what {@code set_event} has is added to,
     * not replaced; an empty text ends every event. An empty text to {@code trace} empties it.
     *
     * @param path relative to the mount point
     * @param text what is written; blanks around it do not count
     * @throws ErrnoException EACCES where the file cannot be written, EINVAL where it does not accept
     *         the text
     */
    default void write(String path, String text) {
        throw new ErrnoException(Errno.EACCES, mountPoint() + "/" + path + " cannot be written '" + text
                + "': accepted are the empty text for trace, events for set_event, and 0 or 1 for an event's enable");
    }
}
