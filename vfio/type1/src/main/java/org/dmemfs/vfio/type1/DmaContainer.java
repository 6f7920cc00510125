package org.dmemfs.vfio.type1;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaEngine;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaNeeds;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.PoisonedEntry;
import org.dmemfs.vfio.StaleDpage;
import org.jspecify.annotations.Nullable;

/** A container: its ranges, its IOMMU table, its device. */
final class DmaContainer implements Container {
    /** How much of a range is cleared or listed at a time; no entry is larger. */
    private static final long STRETCH_BYTES = PageSize.SIZE_1G.bytes();

    private final String name;
    private final Task task;
    private final Surroundings surroundings;
    private final Consumer<DmaContainer> onClose;
    private final StampedLock lock = new StampedLock();
    private final IoPageTable table = new IoPageTable();
    private final MapTable maps = new MapTable();
    private final DmaEngine engine;
    private boolean closed;

    DmaContainer(String name, Task task, Surroundings surroundings, Consumer<DmaContainer> onClose) {
        this.name = name;
        this.task = task;
        this.surroundings = surroundings;
        this.onClose = onClose;
        this.engine = new TranslatingEngine(this, surroundings.memory());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void mapDma(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions) {
        MapRequest request = new MapRequest(iova, virtualAddress, bytes, permissions);
        Settings settings = surroundings.settings().get();
        requireAlive();
        AreaCheck areas = new AreaCheck(task.addressSpace(), request, settings);
        check(request);
        long lockedBytes = areas.requireAll();
        surroundings.locked().charge(task, lockedBytes, settings);
        MapSlot slot = new MapSlot(request, HoldRule.of(surroundings, settings), lockedBytes);
        boolean reserved = false;
        try {
            reserve(slot);
            reserved = true;
        } finally {
            if (!reserved) {
                surroundings.locked().uncharge(task, lockedBytes);
            }
        }
        pin(slot, areas);
    }

    private void requireAlive() {
        if (!task.alive()) {
            throw new ErrnoException(Errno.ENODEV, "task %s[%d] has exited".formatted(task.name(), task.pid()));
        }
    }

    private void check(MapRequest request) {
        long stamp = lock.readLock();
        try {
            requireOpen();
            maps.requireRoom(request);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private void reserve(MapSlot slot) {
        long stamp = lock.writeLock();
        try {
            requireOpen();
            maps.requireRoom(slot.request());
            maps.add(slot);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void pin(MapSlot slot, AreaCheck areas) {
        MapRequest request = slot.request();
        long permissionBits = IoEntry.bits(request.permissions());
        EntryCounts counts = new EntryCounts();
        Pinning pinning = new Pinning(surroundings, task.addressSpace(), request, areas,
                slot.rule().begin(surroundings, task),
                (iova, pfn, frames) -> install(iova, pfn, frames, permissionBits, counts));
        boolean done = false;
        try {
            pinning.run();
            publish(slot, counts, pinning.references());
            done = true;
        } finally {
            if (!done) {
                release(slot, pinning);
            }
        }
    }

    private void install(long iova, long pfn, long frames, long permissionBits, EntryCounts counts) {
        long stamp = lock.writeLock();
        try {
            requireOpen();
            table.install(iova, pfn, frames, permissionBits, counts);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void publish(MapSlot slot, EntryCounts counts, long references) {
        long stamp = lock.writeLock();
        try {
            requireOpen();
            slot.mapped(counts, references);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public long unmapDma(long iova, long bytes) {
        List<MapSlot> leaving;
        long stamp = lock.writeLock();
        try {
            requireOpen();
            leaving = maps.leave(iova, bytes);
        } finally {
            lock.unlockWrite(stamp);
        }
        return releaseAll(leaving);
    }

    private long releaseAll(List<MapSlot> leaving) {
        long unmapped = 0;
        RuntimeException failure = null;
        for (MapSlot slot : leaving) {
            try {
                release(slot, null);
            } catch (RuntimeException refused) {
                failure = failure == null ? refused : failure;
            }
            unmapped += slot.request().bytes();
        }
        if (failure != null) {
            throw failure;
        }
        return unmapped;
    }

    /** Ends a range that comes or goes: its entries, then what they hold, then the range itself. */
    private void release(MapSlot slot, @Nullable Pinning failed) {
        MapRequest request = slot.request();
        Giving giving = new Giving(surroundings, task.addressSpace(), slot.rule().begin(surroundings, task));
        EntryList cleared = new EntryList();
        long next;
        for (long iova = request.iova(); iova < request.end(); iova = next) {
            next = Math.min(request.end(), (iova | STRETCH_BYTES - 1) + 1);
            cleared.clear();
            clear(iova, next, cleared);
            for (int entry = 0; entry < cleared.size(); entry++) {
                giving.give(cleared.pfn(entry), cleared.pageSize(entry).naturePages());
            }
        }
        if (failed != null) {
            failed.giveOpenRun(giving);
        }
        surroundings.locked().uncharge(task, slot.lockedBytes());
        remove(slot);
        giving.end();
    }

    private void clear(long iova, long end, EntryList cleared) {
        long stamp = lock.writeLock();
        try {
            table.clear(iova, end, cleared);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void remove(MapSlot slot) {
        long stamp = lock.writeLock();
        try {
            maps.remove(slot);
            closeTableIfUnused();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void closeTableIfUnused() {
        if (closed && maps.isEmpty()) {
            table.close();
        }
    }

    @Override
    public List<DmaMap> maps() {
        long stamp = lock.readLock();
        try {
            requireOpen();
            return maps.maps();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public DmaNeeds needs(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions) {
        MapRequest request = new MapRequest(iova, virtualAddress, bytes, permissions);
        request.requireTranslatable();
        requireAlive();
        return new Preview(surroundings, task, request, surroundings.settings().get()).needs(room());
    }

    private int room() {
        long stamp = lock.readLock();
        try {
            requireOpen();
            return maps.room();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public List<StaleDpage> staleDpages() {
        List<StaleDpage> stale = new ArrayList<>();
        AddressSpace space = task.addressSpace();
        for (MapSlot slot : mapped()) {
            StaleSearch search = new StaleSearch(space, slot, stale);
            eachEntry(slot, search::examine);
        }
        return List.copyOf(stale);
    }

    @Override
    public List<PoisonedEntry> poisonedEntries() {
        List<PoisonedEntry> bad = new ArrayList<>();
        PoisonedFrames poisoned = surroundings.memory().poisoned();
        for (MapSlot slot : mapped()) {
            eachEntry(slot, (iova, pfn, frames) -> {
                for (long frame = poisoned.firstIn(pfn << 12, frames << 12); frame >= 0;) {
                    bad.add(new PoisonedEntry(iova + (frame - pfn << 12), frame));
                    frame = poisoned.firstIn(frame + 1 << 12, pfn + frames - frame - 1 << 12);
                }
            });
        }
        return List.copyOf(bad);
    }

    /** Where a frame is within the device's reach; nowhere once closed. */
    List<Long> iovasOf(long wantedPfn) {
        List<Long> iovas = new ArrayList<>();
        for (MapSlot slot : mappedIfOpen()) {
            eachEntry(slot, (iova, pfn, frames) -> {
                if (wantedPfn >= pfn && wantedPfn < pfn + frames) {
                    iovas.add(iova + (wantedPfn - pfn << 12));
                }
            });
        }
        return iovas;
    }

    private List<MapSlot> mapped() {
        long stamp = lock.readLock();
        try {
            requireOpen();
            return maps.mapped();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private List<MapSlot> mappedIfOpen() {
        long stamp = lock.readLock();
        try {
            return maps.mapped();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Entries are read with the lock, a stretch at a time, and looked at without it. */
    private void eachEntry(MapSlot slot, RunSink sink) {
        MapRequest request = slot.request();
        EntryList listed = new EntryList();
        long next;
        for (long iova = request.iova(); iova < request.end(); iova = next) {
            next = Math.min(request.end(), (iova | STRETCH_BYTES - 1) + 1);
            listed.clear();
            list(slot, iova, next, listed);
            long at = iova;
            for (int entry = 0; entry < listed.size(); entry++) {
                sink.accept(at, listed.pfn(entry), listed.pageSize(entry).naturePages());
                at += listed.pageSize(entry).bytes();
            }
        }
    }

    private void list(MapSlot slot, long iova, long end, EntryList listed) {
        long stamp = lock.readLock();
        try {
            // while it is mapped, every page of it has its entry
            if (slot.map() != null) {
                table.list(iova, end, listed);
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public DmaEngine engine() {
        return engine;
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

    @Override
    public void close() {
        end();
    }

    /** Closes it; how many maps went, or -1 where it was closed. */
    int end() {
        List<MapSlot> leaving;
        long stamp = lock.writeLock();
        try {
            if (closed) {
                return -1;
            }
            closed = true;
            leaving = maps.leaveAll();
            closeTableIfUnused();
        } finally {
            lock.unlockWrite(stamp);
        }
        onClose.accept(this);
        releaseAll(leaving);
        return leaving.size();
    }

    private void requireOpen() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the container " + name + " is closed");
        }
    }
}
