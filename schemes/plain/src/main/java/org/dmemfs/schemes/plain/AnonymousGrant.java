package org.dmemfs.schemes.plain;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.schemes.GrantMappings;
import org.dmemfs.schemes.GuestGrant;

/** A guest's anonymous memory: each task that maps it has its own. */
final class AnonymousGrant implements GuestGrant {
    private static final long PAGEMAP_PRESENT = 1L << 63;
    private static final long PAGEMAP_FRAME = (1L << 55) - 1;

    private final String guest;
    private final long bytes;
    private final PageSize pageSize;
    private final MemoryPolicy policy;
    private final Map<Integer, Long> promised;
    private final SystemCalls systemCalls;
    private final MemoryMap memoryMap;
    private final Consumer<AnonymousGrant> onEnd;
    private final GrantMappings mappings = new GrantMappings();
    private boolean closed;

    AnonymousGrant(String guest, long bytes, PageSize pageSize, MemoryPolicy policy, Map<Integer, Long> promised,
            SystemCalls systemCalls, MemoryMap memoryMap, Consumer<AnonymousGrant> onEnd) {
        this.guest = guest;
        this.bytes = bytes;
        this.pageSize = pageSize;
        this.policy = policy;
        this.promised = Map.copyOf(promised);
        this.systemCalls = systemCalls;
        this.memoryMap = memoryMap;
        this.onEnd = onEnd;
    }

    Map<Integer, Long> promised() {
        return promised;
    }

    @Override
    public String guest() {
        return guest;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public PageSize pageSize() {
        return pageSize;
    }

    @Override
    public synchronized long map(Task task) {
        requireOpen();
        if (pageSize == PageSize.SIZE_4K) {
            return mappings.map(task, bytes, null, policy);
        }
        // A VMM maps more and begins where a huge page can.
        long address = mappings.map(task, bytes + pageSize.bytes(), null, policy);
        long aligned = address + pageSize.bytes() - 1 & -pageSize.bytes();
        systemCalls.of(task).madvise(aligned, bytes, Advice.HUGEPAGE);
        return aligned;
    }

    @Override
    public synchronized void populate() {
        requireOpen();
        throw new ErrnoException(Errno.EOPNOTSUPP, "anonymous memory comes by touch");
    }

    /** What a balloon does: the memory stays mapped and reads as zero when it is touched again. */
    @Override
    public synchronized void truncate(long left) {
        requireOpen();
        if (left < 0 || left > bytes || left % pageSize.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL, left + " bytes are not whole pages of the guest's " + bytes);
        }
        for (GrantMappings.Place place : mappings.places()) {
            long start = place.virtualAddress() + pageSize.bytes() - 1 & -pageSize.bytes();
            if (left < bytes) {
                systemCalls.of(place.task()).madvise(start + left, bytes - left, Advice.DONTNEED);
            }
        }
    }

    @Override
    public synchronized OptionalLong frameAt(long offset) {
        requireOpen();
        if (offset < 0 || offset >= bytes) {
            throw new ErrnoException(Errno.EINVAL, "the offset " + offset + " is not one of 0 to " + (bytes - 1));
        }
        for (GrantMappings.Place place : mappings.places()) {
            long start = place.virtualAddress() + pageSize.bytes() - 1 & -pageSize.bytes();
            long entry = systemCalls.of(place.task()).pagemap(start + offset & -PageSize.SIZE_4K.bytes(), 1).getFirst();
            if ((entry & PAGEMAP_PRESENT) != 0) {
                return OptionalLong.of(entry & PAGEMAP_FRAME);
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public Map<Integer, Long> bytesByNode() {
        Map<Integer, Long> taken = new TreeMap<>();
        for (long offset = 0; offset < bytes; offset += PageSize.SIZE_4K.bytes()) {
            frameAt(offset).ifPresent(
                    pfn -> taken.merge(memoryMap.nodeOf(pfn), PageSize.SIZE_4K.bytes(), Long::sum));
        }
        return taken.isEmpty() ? new TreeMap<>(promised) : taken;
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
        onEnd.accept(this);
    }
}
