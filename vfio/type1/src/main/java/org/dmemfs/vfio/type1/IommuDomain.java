package org.dmemfs.vfio.type1;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.DmaMap;
import org.jspecify.annotations.Nullable;

/** What a container has mapped: its ranges, its IOMMU table and the way back from a frame, under the container's lock. */
final class IommuDomain {
    /** How much of a range is cleared or listed at a time; no entry is larger. */
    private static final long STRETCH_BYTES = PageSize.SIZE_1G.bytes();

    private final String name;
    private final StampedLock lock = new StampedLock();
    private final IoPageTable table = new IoPageTable();
    private final MapTable maps = new MapTable();
    private final FrameIndex index = new FrameIndex();
    private boolean closed;

    IommuDomain(String name) {
        this.name = name;
    }

    /** Whether a map could come now. */
    void check(MapRequest request) {
        long stamp = lock.readLock();
        try {
            requireOpen();
            maps.requireRoom(request);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** A range begins to come. */
    void reserve(MapSlot slot) {
        long stamp = lock.writeLock();
        try {
            requireOpen();
            maps.requireRoom(slot.request());
            maps.add(slot);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Maps runs of contiguous frames of a range that comes. */
    void install(MapSlot slot, RunBuffer runs, EntryCounts counts) {
        long permissionBits = IoEntry.bits(slot.request().permissions());
        long stamp = lock.writeLock();
        try {
            requireOpen();
            runs.drain((iova, pfn, frames) -> {
                table.install(iova, pfn, frames, permissionBits, counts);
                index.add(slot, iova, pfn, frames);
            });
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** A range has come. */
    void publish(MapSlot slot, EntryCounts counts, long references) {
        long stamp = lock.writeLock();
        try {
            requireOpen();
            slot.mapped(counts, references);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Has the ranges within one begin to go. */
    List<MapSlot> leave(long iova, long bytes) {
        long stamp = lock.writeLock();
        try {
            requireOpen();
            return maps.leave(iova, bytes);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Has the ranges that reach into memory of the task begin to go; none once closed. */
    List<MapSlot> leaveMemory(long virtualAddress, long virtualEnd) {
        long stamp = lock.writeLock();
        try {
            return maps.leaveMemory(virtualAddress, virtualEnd);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Where a stretch of a range ends that is cleared or listed at once. */
    static long endOfStretch(long iova, long end) {
        return Math.min(end, (iova | STRETCH_BYTES - 1) + 1);
    }

    /** Takes the entries of a stretch of a range out. */
    void clear(MapSlot slot, long iova, long end, EntryList cleared) {
        cleared.clear();
        long stamp = lock.writeLock();
        try {
            table.clear(iova, end, cleared);
            for (int entry = 0; entry < cleared.size(); entry++) {
                index.remove(slot, cleared.pfn(entry), cleared.pageSize(entry).naturePages());
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** A range has gone. */
    void remove(MapSlot slot) {
        long stamp = lock.writeLock();
        try {
            maps.remove(slot);
            closeTableIfUnused();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Closes it: every range begins to go; null where it was closed. */
    @Nullable
    List<MapSlot> close() {
        long stamp = lock.writeLock();
        try {
            if (closed) {
                return null;
            }
            closed = true;
            List<MapSlot> leaving = maps.leaveAll();
            closeTableIfUnused();
            return leaving;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void closeTableIfUnused() {
        if (closed && maps.isEmpty()) {
            table.close();
        }
    }

    List<DmaMap> maps() {
        long stamp = lock.readLock();
        try {
            requireOpen();
            return maps.maps();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** How many maps it can still have. */
    int room() {
        long stamp = lock.readLock();
        try {
            requireOpen();
            return maps.room();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    List<MapSlot> mapped() {
        long stamp = lock.readLock();
        try {
            requireOpen();
            return maps.mapped();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Entries are read with the lock, a stretch at a time, and looked at without it. */
    void eachEntry(MapSlot slot, RunSink sink) {
        MapRequest request = slot.request();
        EntryList listed = new EntryList();
        long next;
        for (long iova = request.iova(); iova < request.end(); iova = next) {
            next = endOfStretch(iova, request.end());
            listed.clear();
            long stamp = lock.readLock();
            try {
                list(slot, iova, next, listed);
            } finally {
                lock.unlockRead(stamp);
            }
            listed.each(iova, sink);
        }
    }

    private void list(MapSlot slot, long iova, long end, EntryList listed) {
        // while it is mapped, every page of it has its entry
        if (slot.map() != null) {
            table.list(iova, end, listed);
        }
    }

    /** Where a frame is within the device's reach, by iova; nowhere once closed. */
    List<Long> iovasOf(long pfn) {
        List<Long> iovas = new ArrayList<>();
        EntryList listed = new EntryList();
        long stamp = lock.readLock();
        try {
            index.each(pfn, (slot, from, to) -> {
                listed.clear();
                list(slot, from, to, listed);
                listed.each(from, (iova, first, frames) -> {
                    if (pfn >= first && pfn < first + frames) {
                        iovas.add(iova + (pfn - first << PageSize.SIZE_4K.shift()));
                    }
                });
            });
        } finally {
            lock.unlockRead(stamp);
        }
        iovas.sort(null);
        return iovas;
    }

    /** Begins a step of a transfer: until {@link #endStep} nothing is unmapped. */
    long beginStep() {
        long stamp = lock.readLock();
        if (closed) {
            lock.unlockRead(stamp);
            requireOpen();
        }
        return stamp;
    }

    /** The entry of an address, 0 where there is none. Within a step. */
    long translate(long iova) {
        return table.lookup(iova);
    }

    void endStep(long stamp) {
        lock.unlockRead(stamp);
    }

    void requireNotClosed() {
        long stamp = lock.readLock();
        try {
            requireOpen();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the container " + name + " is closed");
        }
    }
}
