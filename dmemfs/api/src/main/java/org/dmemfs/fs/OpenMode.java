package org.dmemfs.fs;

/** How a file is opened. */
public enum OpenMode {
    /** {@code O_RDONLY}. */
    READ_ONLY,
    /** {@code O_WRONLY}. */
    WRITE_ONLY,
    /** {@code O_RDWR}. */
    READ_WRITE
}
