package org.dmemfs.linux.native_;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostFile;

/** A memfd without seals. */
final class ResizableFile implements HostFile {
    private static final int CLOSED = -1;

    private final LibC libc;
    private final String name;
    private final PageSize backing;
    /** Held over every use of the descriptor: after a close its number may already name another file. */
    private final Object lock = new Object();
    private int descriptor;

    private ResizableFile(LibC libc, String name, PageSize backing, int descriptor) {
        this.libc = libc;
        this.name = name;
        this.backing = backing;
        this.descriptor = descriptor;
    }

    static ResizableFile create(LibC libc, String name, PageSize backing) {
        return new ResizableFile(libc, name, backing, MemoryFile.descriptor(libc, name, backing));
    }

    /** Maps a range at a fixed address; answers the address or a negative error number. */
    long mapAt(long address, long length, int protection, int flags, long offset) {
        synchronized (lock) {
            return libc.mmap(address, length, protection, flags, open(), offset);
        }
    }

    @Override
    public PageSize backing() {
        return backing;
    }

    @Override
    public long bytes() {
        synchronized (lock) {
            return HostAnswer.check(libc.fileBytes(open()), "statx of file \"" + name + "\"");
        }
    }

    @Override
    public void truncate(long bytes) {
        synchronized (lock) {
            HostAnswer.check(libc.ftruncate(open(), bytes), "ftruncate of file \"" + name + "\" to " + bytes);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (descriptor != CLOSED) {
                libc.close(descriptor);
                descriptor = CLOSED;
            }
        }
    }

    private int open() {
        if (descriptor == CLOSED) {
            throw new ErrnoException(Errno.ENODEV, "file \"" + name + "\" is closed");
        }
        return descriptor;
    }
}
