package org.dmemfs.vfio.type1;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Task;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaEngine;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaNeeds;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.PoisonedEntry;
import org.dmemfs.vfio.StaleDpage;
import org.jspecify.annotations.Nullable;

/** A container: maps of one task's memory in an IOMMU domain, and a device behind it. */
final class DmaContainer implements Container {
    private final String name;
    private final Task task;
    private final Surroundings surroundings;
    private final Consumer<DmaContainer> onClose;
    private final IommuDomain domain;
    private final DmaEngine engine;
    private final TaskWatch watch = new TaskWatch(this::withdraw);
    private final AtomicBoolean watching = new AtomicBoolean();

    DmaContainer(String name, Task task, Surroundings surroundings, Consumer<DmaContainer> onClose) {
        this.name = name;
        this.task = task;
        this.surroundings = surroundings;
        this.onClose = onClose;
        this.domain = new IommuDomain(name);
        this.engine = new TranslatingEngine(domain, surroundings.memory());
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
        if (watching.compareAndSet(false, true)) {
            task.addressSpace().register(watch);
        }
        AreaCheck areas = new AreaCheck(task.addressSpace(), request, settings);
        domain.check(request);
        long lockedBytes = areas.requireAll();
        surroundings.locked().charge(task, lockedBytes, settings);
        MapSlot slot = new MapSlot(request, HoldRule.of(surroundings, settings), lockedBytes);
        boolean reserved = false;
        try {
            domain.reserve(slot);
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

    private void pin(MapSlot slot, AreaCheck areas) {
        EntryCounts counts = new EntryCounts();
        Pinning pinning = new Pinning(surroundings, task.addressSpace(), slot.request(), areas,
                slot.rule().begin(surroundings, task),
                runs -> domain.install(slot, runs, counts));
        boolean done = false;
        try {
            pinning.run();
            domain.publish(slot, counts, pinning.references());
            done = true;
        } finally {
            if (!done) {
                release(slot, pinning);
            }
        }
    }

    @Override
    public long unmapDma(long iova, long bytes) {
        return releaseAll(domain.leave(iova, bytes));
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
            next = IommuDomain.endOfStretch(iova, request.end());
            domain.clear(slot, iova, next, cleared);
            for (int entry = 0; entry < cleared.size(); entry++) {
                giving.give(cleared.pfn(entry), cleared.pageSize(entry).naturePages());
            }
        }
        if (failed != null) {
            failed.giveRest(giving);
        }
        surroundings.locked().uncharge(task, slot.lockedBytes());
        domain.remove(slot);
        giving.end();
    }

    /** Memory of the task is taken back by its owner: the maps that reach into it end. */
    private void withdraw(long virtualAddress, long virtualEnd, String reason) {
        List<MapSlot> leaving = domain.leaveMemory(virtualAddress, virtualEnd);
        if (!leaving.isEmpty()) {
            releaseAll(leaving);
            surroundings.log().info("vfio: container %s loses %d %s: %s".formatted(name, leaving.size(),
                    leaving.size() == 1 ? "map" : "maps", reason));
        }
    }

    @Override
    public List<DmaMap> maps() {
        return domain.maps();
    }

    @Override
    public DmaNeeds needs(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions) {
        MapRequest request = new MapRequest(iova, virtualAddress, bytes, permissions);
        request.requireTranslatable();
        requireAlive();
        return new Preview(surroundings, task, request, surroundings.settings().get()).needs(domain.room());
    }

    @Override
    public List<StaleDpage> staleDpages() {
        List<StaleDpage> stale = new ArrayList<>();
        AddressSpace space = task.addressSpace();
        for (MapSlot slot : domain.mapped()) {
            StaleSearch search = new StaleSearch(space, slot, stale);
            domain.eachEntry(slot, search::examine);
        }
        return List.copyOf(stale);
    }

    @Override
    public List<PoisonedEntry> poisonedEntries() {
        domain.requireNotClosed();
        return surroundings.memory().poisoned().all().stream()
                .flatMap(pfn -> domain.iovasOf(pfn).stream().map(iova -> new PoisonedEntry(iova, pfn)))
                .sorted(Comparator.comparingLong(PoisonedEntry::iova)).toList();
    }

    /** Where a frame is within the device's reach; nowhere once closed. */
    List<Long> iovasOf(long pfn) {
        return domain.iovasOf(pfn);
    }

    @Override
    public DmaEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        end();
    }

    /** Closes it; how many maps went, or -1 where it was closed. */
    int end() {
        List<MapSlot> leaving = domain.close();
        if (leaving == null) {
            return -1;
        }
        onClose.accept(this);
        task.addressSpace().unregister(watch);
        releaseAll(leaving);
        return leaving.size();
    }
}
