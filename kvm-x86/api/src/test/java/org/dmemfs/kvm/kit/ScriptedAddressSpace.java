package org.dmemfs.kvm.kit;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.MmuNotifier;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.dmemfs.mm.WalkStep;
import org.dmemfs.reserve.PoisonedFrames;
import org.jspecify.annotations.Nullable;

/**
 * An address space whose test says which frames stand behind which addresses, and when they go. It keeps the order of the
 * contract: notifiers begin before an entry goes and end after it.
 */
public final class ScriptedAddressSpace implements AddressSpace {
    private final PoisonedFrames poisoned;
    private final NavigableMap<Long, Area> areas = new TreeMap<>();
    private final Map<Long, Backing> backings = new ConcurrentSkipListMap<>();
    private final NavigableMap<Long, Backing> entries = new ConcurrentSkipListMap<>();
    private final List<MmuNotifier> notifiers = new CopyOnWriteArrayList<>();
    private volatile Runnable behindFault = () -> {
    };
    private volatile Runnable betweenLookups = () -> {
    };

    private record Backing(long pfn, PageSize size) {
    }

    public ScriptedAddressSpace(PoisonedFrames poisoned) {
        this.poisoned = poisoned;
    }

    /** A mapping of bare frames, as dmem is mapped; nothing stands behind it yet. */
    public void area(long start, long bytes, boolean writable) {
        Set<VmFlag> flags = EnumSet.of(VmFlag.READ, VmFlag.SHARED, VmFlag.PFNMAP, VmFlag.IO, VmFlag.DMEM);
        if (writable) {
            flags.add(VmFlag.WRITE);
        }
        areas.put(start, new Area(start, start + bytes, flags));
    }

    /** A fault at these addresses finds these frames, mapped at this size. */
    public void back(long start, long pfn, PageSize size, long pages) {
        for (long page = 0; page < pages; page++) {
            backings.put(start + page * size.bytes(), new Backing(pfn + page * size.naturePages(), size));
        }
    }

    /** Frames go, as by a truncate: a later fault finds nothing. */
    public void cut(long start, long bytes) {
        unmap(start, bytes, () -> backings.keySet().removeIf(at -> at >= start && at < start + bytes));
    }

    /** Entries go and frames stay: a later fault finds them again. */
    public void zap(long start, long bytes) {
        unmap(start, bytes, () -> {
        });
    }

    /** What happens once, right after the next frame was looked up. */
    public void afterNextLookup(Runnable action) {
        betweenLookups = action;
    }

    /** What happens once, right after the next fault has put its entry in place. */
    public void afterNextFault(Runnable action) {
        behindFault = action;
    }

    /** Who gave the memory ends. */
    public void withdraw(long start, long bytes, String reason) {
        notifiers.forEach(notifier -> notifier.withdrawn(start, start + bytes, reason));
    }

    public void exit() {
        notifiers.forEach(MmuNotifier::released);
    }

    public int registered() {
        return notifiers.size();
    }

    private void unmap(long start, long bytes, Runnable change) {
        notifiers.forEach(notifier -> notifier.invalidateRangeStart(start, start + bytes));
        change.run();
        entries.keySet().removeIf(at -> at >= start && at < start + bytes);
        notifiers.forEach(notifier -> notifier.invalidateRangeEnd(start, start + bytes));
    }

    private static Map.@Nullable Entry<Long, Backing> at(Map<Long, Backing> map, long address) {
        Map.Entry<Long, Backing> entry = ((NavigableMap<Long, Backing>) map).floorEntry(address);
        return entry != null && address < entry.getKey() + entry.getValue().size().bytes() ? entry : null;
    }

    @Override
    public long followPfn(long virtualAddress) {
        Map.Entry<Long, Backing> entry = at(entries, virtualAddress);
        if (entry == null) {
            throw new ErrnoException(Errno.EINVAL, "nothing at 0x%x".formatted(virtualAddress));
        }
        long pfn = entry.getValue().pfn() + (virtualAddress - entry.getKey() >> 12);
        Runnable action = betweenLookups;
        betweenLookups = () -> {
        };
        action.run();
        return pfn;
    }

    @Override
    public @Nullable PageSize mappingLevel(long virtualAddress) {
        Map.Entry<Long, Backing> entry = at(entries, virtualAddress);
        return entry == null ? null : entry.getValue().size();
    }

    @Override
    public void fixupUserFault(long virtualAddress, boolean write) {
        Map.Entry<Long, Backing> backing = at(backings, virtualAddress);
        if (backing == null) {
            throw new ErrnoException(Errno.EFAULT, "nothing stands behind 0x%x".formatted(virtualAddress));
        }
        if (poisoned.contains(backing.getValue().pfn() + (virtualAddress - backing.getKey() >> 12))) {
            throw new ErrnoException(Errno.EHWPOISON, "bad page behind 0x%x".formatted(virtualAddress));
        }
        entries.put(backing.getKey(), backing.getValue());
        Runnable action = behindFault;
        behindFault = () -> {
        };
        action.run();
    }

    @Override
    public byte loadByte(long virtualAddress) {
        Map.Entry<Long, Backing> backing = at(backings, virtualAddress);
        if (backing == null) {
            throw new SignalException(new BusSignal(BusSignal.Kind.BUS_ADRERR, virtualAddress, 0), "no frame");
        }
        if (poisoned.contains(backing.getValue().pfn() + (virtualAddress - backing.getKey() >> 12))) {
            throw new SignalException(new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, virtualAddress & -4096, 12),
                    "bad page");
        }
        return 0;
    }

    @Override
    public @Nullable Vma findVma(long virtualAddress) {
        Map.Entry<Long, Area> area = areas.floorEntry(virtualAddress);
        return area != null && virtualAddress < area.getValue().end() ? area.getValue() : null;
    }

    @Override
    public List<Long> getUserPagesFast(long virtualAddress, long pages, boolean write) {
        return List.of();
    }

    @Override
    public List<Long> getUserPages(long virtualAddress, long pages, boolean write) {
        throw new ErrnoException(Errno.EFAULT, "no struct page at 0x%x".formatted(virtualAddress));
    }

    @Override
    public void unpinUserPages(List<Long> frames) {
        if (!frames.isEmpty()) {
            throw notScripted();
        }
    }

    @Override
    public void register(MmuNotifier notifier) {
        notifiers.add(notifier);
    }

    @Override
    public void unregister(MmuNotifier notifier) {
        notifiers.remove(notifier);
    }

    @Override
    public List<Vma> vmas() {
        return List.copyOf(areas.values());
    }

    @Override
    public long mmap(long virtualAddress, long bytes, Set<Protection> protection, Set<MapFlag> flags,
            @Nullable MappableFile file, long fileOffset) {
        throw notScripted();
    }

    @Override
    public void munmap(long virtualAddress, long bytes) {
        areas.remove(virtualAddress);
        cut(virtualAddress, bytes);
    }

    @Override
    public void mprotect(long virtualAddress, long bytes, Set<Protection> protection) {
        throw notScripted();
    }

    @Override
    public void mbind(long virtualAddress, long bytes, MemoryPolicy policy) {
        throw notScripted();
    }

    @Override
    public long loadLong(long virtualAddress) {
        throw notScripted();
    }

    @Override
    public void storeLong(long virtualAddress, long value) {
        throw notScripted();
    }

    @Override
    public void storeByte(long virtualAddress, byte value) {
        throw notScripted();
    }

    @Override
    public void copyOut(long virtualAddress, MemorySegment target, long targetOffset, long bytes) {
        throw notScripted();
    }

    @Override
    public void copyIn(MemorySegment source, long sourceOffset, long virtualAddress, long bytes) {
        throw notScripted();
    }

    @Override
    public long accessRemote(long virtualAddress, MemorySegment buffer, boolean write) {
        throw notScripted();
    }

    @Override
    public List<WalkStep> walk(long virtualAddress) {
        throw notScripted();
    }

    @Override
    public MappingCounts counts() {
        throw notScripted();
    }

    private static AssertionError notScripted() {
        return new AssertionError("guests have no business with this call");
    }

    private record Area(long start, long end, Set<VmFlag> flags) implements Vma {
        private Area {
            flags = Set.copyOf(flags);
        }

        @Override
        public long pageOffset() {
            return 0;
        }

        @Override
        public boolean has(VmFlag flag) {
            return flags.contains(flag);
        }

        @Override
        public Optional<MappableFile> file() {
            return Optional.empty();
        }

        @Override
        public MemoryPolicy policy() {
            throw notScripted();
        }

        @Override
        public Task task() {
            throw notScripted();
        }
    }
}
