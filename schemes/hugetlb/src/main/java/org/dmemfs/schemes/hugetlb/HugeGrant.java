package org.dmemfs.schemes.hugetlb;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.schemes.GrantMappings;
import org.dmemfs.schemes.GuestGrant;

/** A guest's file of huge pages. */
final class HugeGrant implements GuestGrant {
    private final String guest;
    private final HugeFile file;
    private final PageSize pageSize;
    private final MemoryPolicy policy;
    private final int localNode;
    private final MemoryMap memoryMap;
    private final Consumer<HugeGrant> onEnd;
    private final GrantMappings mappings = new GrantMappings();
    private boolean closed;

    HugeGrant(String guest, HugeFile file, PageSize pageSize, MemoryPolicy policy, int localNode, MemoryMap memoryMap,
            Consumer<HugeGrant> onEnd) {
        this.guest = guest;
        this.file = file;
        this.pageSize = pageSize;
        this.policy = policy;
        this.localNode = localNode;
        this.memoryMap = memoryMap;
        this.onEnd = onEnd;
    }

    HugeFile file() {
        return file;
    }

    @Override
    public String guest() {
        return guest;
    }

    @Override
    public long bytes() {
        return file.pages() * pageSize.bytes();
    }

    @Override
    public PageSize pageSize() {
        return pageSize;
    }

    @Override
    public synchronized long map(Task task) {
        requireOpen();
        return mappings.map(task, bytes(), file, policy);
    }

    @Override
    public synchronized void populate() {
        requireOpen();
        file.populate(policy, localNode);
    }

    @Override
    public synchronized void truncate(long bytes) {
        requireOpen();
        if (bytes < 0 || bytes % pageSize.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL, bytes + " bytes are no whole pages of " + pageSize.label());
        }
        file.truncate(bytes / pageSize.bytes());
    }

    @Override
    public synchronized OptionalLong frameAt(long offset) {
        requireOpen();
        if (offset < 0 || offset >= bytes()) {
            throw new ErrnoException(Errno.EINVAL, "the offset " + offset + " is not one of 0 to " + (bytes() - 1));
        }
        OptionalLong first = file.frameAt(offset / pageSize.bytes());
        return first.isEmpty()
                ? first
                : OptionalLong.of(first.getAsLong() + (offset % pageSize.bytes() >> PageSize.SIZE_4K.shift()));
    }

    @Override
    public Map<Integer, Long> bytesByNode() {
        Map<Integer, Long> bytes = new TreeMap<>();
        for (long index = 0; index < file.pages(); index++) {
            file.frameAt(index)
                    .ifPresent(pfn -> bytes.merge(memoryMap.nodeOf(pfn), pageSize.bytes(), Long::sum));
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
        file.truncate(0);
        onEnd.accept(this);
    }
}
