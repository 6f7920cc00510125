package org.dmemfs.reserve;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.jspecify.annotations.Nullable;

/**
 * All RAM of a machine laid out in one window of the host's address space, each byte at its physical address: what every
 * provider of {@link PhysicalMemory} has in common. The kernel's part, holes included, is sparse memory; the dmem
 * regions, ascending and one behind the other, are one shared memory of the provider's choice. So every byte below the
 * end of RAM can be touched, whatever the map says of it.
 *
 * <p>Safe for any thread; {@link #close} ends every access with ENODEV.
 */
public final class DirectMap implements AutoCloseable {
    private final MemoryMap memoryMap;
    private final AddressWindow window;
    private final SharedMemory kernelMemory;
    private final @Nullable SharedMemory dmemMemory;
    private final PhysicalBytes bytes;
    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final NavigableMap<Long, Run> runs;
    private volatile boolean closed;

    private record Run(long start, long end, SharedMemory memory, long offset) {
        boolean isFollowedBy(Run next) {
            return end == next.start && memory.equals(next.memory) && offset + end - start == next.offset;
        }
    }

    private DirectMap(Reservation reservation, AddressWindow window, SharedMemory kernelMemory,
            @Nullable SharedMemory dmemMemory) {
        memoryMap = reservation.memoryMap();
        this.window = window;
        this.kernelMemory = kernelMemory;
        this.dmemMemory = dmemMemory;
        bytes = new PhysicalBytes(window.segment().asSlice(0, kernelMemory.bytes()), poisoned);
        runs = runs(reservation, kernelMemory, dmemMemory);
    }

    /**
     * Lays a machine out. The dmem memory is asked for first, so that a refusal leaves nothing behind.
     *
     * @param host the host's memory
     * @param reservation the machine
     * @param backing the page that the dmem memory is made of: every region must be whole pages of it
     * @param dmemOfBytes makes the dmem memory of a size, all zero; not asked on a machine without regions
     * @return the direct map, which closes the dmem memory with itself
     * @throws ErrnoException EINVAL where a region is not whole pages of the backing or the machine has no RAM, ENOMEM
     *         where the host has no room of that size; and what {@code dmemOfBytes} answers
     */
    public static DirectMap of(HostMemory host, Reservation reservation, PageSize backing,
            LongFunction<SharedMemory> dmemOfBytes) {
        long frameBytes = PageSize.SIZE_4K.bytes();
        long end = (reservation.memoryMap().endOfRam() + frameBytes - 1) / frameBytes * frameBytes;
        if (end == 0) {
            throw new ErrnoException(Errno.EINVAL, "the machine " + reservation.machine() + " has no RAM");
        }
        reservation.regions().forEach(region -> checkWholePages(region, backing));
        try (Undo undo = new Undo()) {
            SharedMemory dmem = reservation.regions().isEmpty()
                    ? null
                    : undo.keep(dmemOfBytes.apply(reservation.bytes()));
            SharedMemory kernel = undo.keep(host.createSparse("kernel-ram", end));
            AddressWindow window = undo
                    .keep(host.reserve((end + backing.bytes() - 1) / backing.bytes() * backing.bytes(), backing));
            long mapped = 0;
            long offset = 0;
            for (DmemRegion region : ascending(reservation)) {
                if (mapped < region.startPhysicalAddress()) {
                    window.map(mapped, kernel, mapped, region.startPhysicalAddress() - mapped);
                }
                if (dmem != null) {
                    window.map(region.startPhysicalAddress(), dmem, offset, region.bytes());
                }
                offset += region.bytes();
                mapped = region.endPhysicalAddress();
            }
            if (mapped < end) {
                window.map(mapped, kernel, mapped, end - mapped);
            }
            DirectMap directMap = new DirectMap(reservation, window, kernel, dmem);
            undo.nothing();
            return directMap;
        }
    }

    /**
     * The bytes by physical address.
     *
     * @return always the same
     */
    public PhysicalBytes bytes() {
        return bytes;
    }

    /**
     * The bad frames.
     *
     * @return shared with {@link #bytes()}
     */
    public PoisonedFrames poisoned() {
        return poisoned;
    }

    /**
     * What stands behind the dmem regions.
     *
     * @return the memory, or empty on a machine without regions
     */
    public Optional<SharedMemory> dmemMemory() {
        return Optional.ofNullable(dmemMemory);
    }

    /**
     * What the dmem regions cost the host now, read back.
     *
     * @return bytes
     * @throws ErrnoException ENODEV after the close
     */
    public long hostBytes() {
        checkOpen();
        return dmemMemory == null ? 0 : dmemMemory.allocatedBytes();
    }

    /**
     * Where frames lie on the host, as {@link PhysicalMemory#hostRange}.
     *
     * @param pfn the first frame
     * @param count how many, at least 1
     * @return one range that has them all
     * @throws ErrnoException EINVAL where the frames are not all RAM behind one descriptor, ENODEV after the close
     */
    public HostRange hostRange(long pfn, long count) {
        checkOpen();
        long shift = PageSize.SIZE_4K.shift();
        if (pfn >= 0 && count > 0 && count <= Long.MAX_VALUE >> shift && pfn <= (Long.MAX_VALUE >> shift) - count) {
            var below = runs.floorEntry(pfn << shift);
            if (below != null && pfn + count << shift <= below.getValue().end()) {
                Run run = below.getValue();
                return new HostRange(run.memory(), run.offset() + (pfn << shift) - run.start(), count << shift);
            }
        }
        throw new ErrnoException(Errno.EINVAL,
                "%d frames from pfn 0x%x are not all RAM behind one descriptor".formatted(count, pfn));
    }

    /**
     * A frame goes bad, as {@link PhysicalMemory#poison}.
     *
     * @param pfn the frame
     * @return false where it was bad already
     * @throws ErrnoException ENXIO where the frame is not RAM
     */
    public boolean poison(long pfn) {
        FrameKind kind = pfn < 0 ? FrameKind.HOLE : memoryMap.kindOf(pfn);
        if (kind == FrameKind.HOLE || kind == FrameKind.DEVICE) {
            throw new ErrnoException(Errno.ENXIO, "the frame at pfn 0x%x is not RAM".formatted(pfn));
        }
        return poisoned.add(pfn);
    }

    /**
     * Gives everything back to the host. What others still map stays with them until they unmap it.
     *
     * @throws ErrnoException EBUSY while a thread is inside an access; everything then stays as it was
     */
    @Override
    public void close() {
        window.close();
        closed = true;
        kernelMemory.close();
        if (dmemMemory != null) {
            dmemMemory.close();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the machine whose memory this was has gone");
        }
    }

    private static void checkWholePages(DmemRegion region, PageSize backing) {
        if (region.startPhysicalAddress() % backing.bytes() != 0 || region.bytes() % backing.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the region 0x%x-0x%x of %s is not whole pages of %s: accepted is dmem=SIZE:%s".formatted(
                            region.startPhysicalAddress(), region.endPhysicalAddress() - 1,
                            MemorySize.format(region.bytes()), backing.label(), backing.label()));
        }
    }

    private static List<DmemRegion> ascending(Reservation reservation) {
        return reservation.regions().stream().sorted(Comparator.comparingLong(DmemRegion::startPhysicalAddress))
                .toList();
    }

    private static NavigableMap<Long, Run> runs(Reservation reservation, SharedMemory kernel,
            @Nullable SharedMemory dmem) {
        NavigableMap<Long, Run> runs = new TreeMap<>();
        long offset = 0;
        for (MemoryRange range : reservation.memoryMap().ranges()) {
            long start = range.startPhysicalAddress();
            long end = range.endPhysicalAddress();
            if (range.kind() == FrameKind.RAM || range.kind() == FrameKind.SET_ASIDE) {
                add(runs, new Run(start, end, kernel, start));
            } else if (range.kind() == FrameKind.DMEM && dmem != null) {
                add(runs, new Run(start, end, dmem, offset));
                offset += range.bytes();
            }
        }
        return runs;
    }

    private static void add(NavigableMap<Long, Run> runs, Run run) {
        var last = runs.lastEntry();
        if (last != null && last.getValue().isFollowedBy(run)) {
            Run before = last.getValue();
            runs.put(before.start(), new Run(before.start(), run.end(), before.memory(), before.offset()));
        } else {
            runs.put(run.start(), run);
        }
    }

    /** Closes what was acquired so far, newest first, unless told that nothing is to be undone. */
    private static final class Undo implements AutoCloseable {
        private final ArrayDeque<Runnable> steps = new ArrayDeque<>();

        SharedMemory keep(SharedMemory memory) {
            steps.push(memory::close);
            return memory;
        }

        AddressWindow keep(AddressWindow window) {
            steps.push(window::close);
            return window;
        }

        void nothing() {
            steps.clear();
        }

        @Override
        public void close() {
            steps.forEach(Runnable::run);
        }
    }
}
