package org.dmemfs.schemes.dmemfs;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.schemes.GrantMappings;
import org.dmemfs.schemes.GuestGrant;

/** A guest's file on a mount. */
final class FileGrant implements GuestGrant {
    private final String guest;
    private final OpenFile file;
    private final PageSize pageSize;
    private final MemoryPolicy policy;
    private final int localNode;
    private final SeriesVersion series;
    private final MemoryMap memoryMap;
    private final Runnable onEnd;
    private final GrantMappings mappings = new GrantMappings();
    private boolean closed;

    FileGrant(String guest, OpenFile file, PageSize pageSize, MemoryPolicy policy, int localNode, SeriesVersion series,
            MemoryMap memoryMap, Runnable onEnd) {
        this.guest = guest;
        this.file = file;
        this.pageSize = pageSize;
        this.policy = policy;
        this.localNode = localNode;
        this.series = series;
        this.memoryMap = memoryMap;
        this.onEnd = onEnd;
    }

    @Override
    public String guest() {
        return guest;
    }

    @Override
    public long bytes() {
        return file.size();
    }

    @Override
    public PageSize pageSize() {
        return pageSize;
    }

    long dpages() {
        return file.stat().dpages();
    }

    @Override
    public synchronized long map(Task task) {
        requireOpen();
        return mappings.map(task, bytes(), file, policy);
    }

    @Override
    public void populate() {
        if (series != SeriesVersion.REPAIRED) {
            throw new ErrnoException(Errno.EOPNOTSUPP,
                    "a file of the series as posted has no fallocate: its pages come by touch");
        }
        file.fallocate(0, bytes(), policy, localNode);
    }

    @Override
    public void truncate(long bytes) {
        if (bytes > bytes()) {
            throw new ErrnoException(Errno.EINVAL, bytes + " bytes are more than the guest has: " + bytes());
        }
        file.truncate(bytes);
    }

    @Override
    public OptionalLong frameAt(long offset) {
        if (offset < 0 || offset >= bytes()) {
            throw new ErrnoException(Errno.EINVAL, "the offset " + offset + " is not one of 0 to " + (bytes() - 1));
        }
        return file.frameAt(offset);
    }

    @Override
    public Map<Integer, Long> bytesByNode() {
        Map<Integer, Long> bytes = new TreeMap<>();
        for (long offset = 0; offset < bytes(); offset += pageSize.bytes()) {
            file.frameAt(offset).ifPresent(pfn -> bytes.merge(memoryMap.nodeOf(pfn), pageSize.bytes(), Long::sum));
        }
        return bytes;
    }

    private void requireOpen() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the memory of " + guest + " has been taken back");
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            mappings.unmapAll();
        }
        try {
            // The name goes at the end, so that a second guest of that name never meets the first one's pages.
            file.truncate(0);
            file.close();
            onEnd.run();
        } catch (ErrnoException gone) {
            if (gone.errno() != Errno.ENODEV) {
                throw gone;
            }
            // The mount has gone, and the pages with it.
        }
    }
}
