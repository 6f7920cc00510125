package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.ReportedFrames;
import org.dmemfs.reserve.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * The frames that the kernel hands out, in 4K, 2M and 1G: a list per node, the local node first, then by distance. A frame
 * that went bad is never handed out again. Frames are zero when taken, whoever had them, be it a memory manager before this
 * one. The zone of page tables is not here.
 */
final class KernelRam {
    static final long NONE = -1;
    private static final int BYTES_SHIFT = 12;

    private final Map<Integer, List<NodeFrames>> fallback = new HashMap<>();
    private final List<NodeFrames> nodes = new ArrayList<>();
    private final PhysicalBytes bytes;
    private final PoisonedFrames poisoned;
    private final ReportedFrames reported;
    private final ReverseMap reverseMap;
    /** The blocks of 2M that somebody had under a memory manager before this one. */
    private final BitSet usedBefore = new BitSet();
    private final Map<Long, LongConsumer> owners = new ConcurrentHashMap<>();

    KernelRam(Reservation reservation, PhysicalMemory memory, long tableZoneStart, ReverseMap reverseMap) {
        bytes = memory.bytes();
        poisoned = memory.poisoned();
        reported = bytes.reported();
        this.reverseMap = reverseMap;
        bytes.written().forEachChunk((start, end) -> usedBefore.set((int) (start >>> PageSize.SIZE_2M.shift())));
        Map<Integer, NodeFrames> byId = new HashMap<>();
        for (MemoryRange range : reservation.memoryMap().ranges()) {
            // Frame 0 is left out: its number means "no frame" in more than one place, as it does on real machines.
            long start = Math.max(1, (range.startPhysicalAddress() + (1L << BYTES_SHIFT) - 1) >>> BYTES_SHIFT);
            long end = range.endPhysicalAddress() >>> BYTES_SHIFT;
            if (range.startPhysicalAddress() <= tableZoneStart && tableZoneStart < range.endPhysicalAddress()) {
                end = tableZoneStart >>> BYTES_SHIFT;
            }
            if (range.kind() == FrameKind.RAM && start < end) {
                byId.computeIfAbsent(range.node(), id -> new NodeFrames(id, bytes.written())).add(start, end);
            }
        }
        nodes.addAll(byId.values());
        NumaTopology topology = reservation.topology();
        for (int node : topology.online().nodes()) {
            fallback.put(node,
                    nodes.stream()
                            .sorted(Comparator.<NodeFrames>comparingInt(other -> topology.distance(node, other.id))
                                    .thenComparingInt(other -> other.id))
                            .toList());
        }
    }

    /** A zeroed frame near a node, or {@link #NONE}. */
    long take(int nearNode) {
        return take(nearNode, null, PageSize.SIZE_4K);
    }

    /**
     * The first frame of a zeroed page of 4K or 2M near a node, of some nodes alone where there are any to keep to, or
     * {@link #NONE}.
     */
    long take(int nearNode, @Nullable NodeMask allowed, PageSize size) {
        for (NodeFrames node : fallback.getOrDefault(nearNode, nodes)) {
            if (allowed != null && !allowed.contains(node.id)) {
                continue;
            }
            long pfn;
            while ((pfn = size == PageSize.SIZE_4K ? node.take() : node.takeHuge()) != NONE) {
                if (zero(pfn, size)) {
                    return pfn;
                }
                giveGood(node, pfn, size);
            }
        }
        return NONE;
    }

    /** A page with a bad frame is never one again: the good frames serve as 4K, and those of 1G go with the bad one. */
    private void giveGood(NodeFrames node, long first, PageSize size) {
        for (long pfn = first; pfn < first + size.naturePages(); pfn++) {
            if (size == PageSize.SIZE_2M && zero(pfn, PageSize.SIZE_4K)) {
                node.give(pfn);
            } else {
                node.retire();
            }
        }
    }

    /** The first frame of a zeroed page of a size, of one node alone, or {@link #NONE}. */
    long takePage(int nodeId, PageSize size) {
        if (size == PageSize.SIZE_4K) {
            return take(nodeId, NodeMask.of(nodeId), PageSize.SIZE_4K);
        }
        for (NodeFrames node : nodes) {
            if (node.id != nodeId) {
                continue;
            }
            long pfn;
            while ((pfn = node.takeReturned(size)) != NONE) {
                if (zero(pfn, size)) {
                    return pfn;
                }
                giveGood(node, pfn, size);
            }
            while ((pfn = node.cut(size)) != NONE) {
                if (zeroUsed(pfn, size)) {
                    return pfn;
                }
                giveGood(node, pfn, size);
            }
        }
        return NONE;
    }

    /** What {@link #takePage} could give. */
    long freeBytes(int nodeId, PageSize size) {
        return nodes.stream().filter(node -> node.id == nodeId).mapToLong(node -> node.freeBytes(size)).sum();
    }

    /** Who is told when a page's last reference goes, instead of its being free. */
    void own(long pfn, LongConsumer released) {
        owners.put(pfn, released);
    }

    /** Nobody is told any more; false where nobody would have been. */
    boolean disown(long pfn) {
        return owners.remove(pfn) != null;
    }

    /** Takes a huge page back. */
    void giveHuge(long pfn, PageSize size) {
        nodes.stream().filter(node -> node.owns(pfn)).findFirst().ifPresent(node -> node.giveHuge(pfn, size));
    }

    /** Takes a frame back that nobody refers to any more. */
    void give(long pfn) {
        LongConsumer owner = owners.isEmpty() ? null : owners.get(pfn);
        if (owner != null) {
            owner.accept(pfn);
            return;
        }
        reverseMap.clear(pfn);
        for (NodeFrames node : nodes) {
            if (node.owns(pfn)) {
                if (reported.contains(pfn)) {
                    node.retire();
                } else {
                    node.give(pfn);
                }
                return;
            }
        }
    }

    /** Whether a frame is handed out by the frame, and not to a subsystem that has its own way with its pages. */
    boolean isPlain(long pfn) {
        return !owners.containsKey(pfn) && nodes.stream().anyMatch(node -> node.owns(pfn));
    }

    /** How many frames are handed out, for tests of leaks. */
    long framesInUse() {
        return nodes.stream().mapToLong(NodeFrames::inUse).sum();
    }

    private boolean zero(long pfn, PageSize size) {
        return isGood(pfn, size) && fill(pfn << BYTES_SHIFT, size.bytes());
    }

    /** The same of a page that nobody had yet, which reads as zero untouched but where somebody had it before. */
    private boolean zeroUsed(long pfn, PageSize size) {
        if (!isGood(pfn, size)) {
            return false;
        }
        int block = (int) (pfn / FrameBlock.FRAMES);
        int end = (int) ((pfn + size.naturePages()) / FrameBlock.FRAMES);
        for (block = usedBefore.nextSetBit(block); block >= 0
                && block < end; block = usedBefore.nextSetBit(block + 1)) {
            if (!fill((long) block << PageSize.SIZE_2M.shift(), PageSize.SIZE_2M.bytes())) {
                return false;
            }
        }
        return true;
    }

    private boolean isGood(long pfn, PageSize size) {
        return poisoned.firstIn(pfn << BYTES_SHIFT, size.bytes()) < 0 && !reported.anyIn(pfn, size.naturePages());
    }

    private boolean fill(long physicalAddress, long count) {
        try {
            bytes.fill(physicalAddress, count, (byte) 0);
            return true;
        } catch (ErrnoException wentBad) {
            return false;
        }
    }
}
