package org.dmemfs.tracing;

import java.util.SortedSet;
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
     * @throws org.dmemfs.kernel.ErrnoException ENOENT where there is no such file now
     */
    String read(String path);
}
