package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;

/**
 * The frames that the kernel hands to anonymous memory, in 4K and 2M: a list per node, the local node first, then by distance.
 * A frame that went bad is never handed out again. Frames are zero when taken. The zone of page tables is not here.
 */
final class KernelRam {
    static final long NONE = -1;
    private static final int BYTES_SHIFT = 12;

    private final Map<Integer, List<NodeFrames>> fallback = new HashMap<>();
    private final List<NodeFrames> nodes = new ArrayList<>();
    private final PhysicalBytes bytes;
    private final PoisonedFrames poisoned;

    KernelRam(Reservation reservation, PhysicalMemory memory, long tableZoneStart) {
        bytes = memory.bytes();
        poisoned = memory.poisoned();
        Map<Integer, NodeFrames> byId = new HashMap<>();
        for (MemoryRange range : reservation.memoryMap().ranges()) {
            // Frame 0 is left out: its number means "no frame" in more than one place, as it does on real machines.
            long start = Math.max(1, (range.startPhysicalAddress() + (1L << BYTES_SHIFT) - 1) >>> BYTES_SHIFT);
            long end = range.endPhysicalAddress() >>> BYTES_SHIFT;
            if (range.startPhysicalAddress() <= tableZoneStart && tableZoneStart < range.endPhysicalAddress()) {
                end = tableZoneStart >>> BYTES_SHIFT;
            }
            if (range.kind() == FrameKind.RAM && start < end) {
                byId.computeIfAbsent(range.node(), NodeFrames::new).add(start, end);
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
        for (NodeFrames node : fallback.getOrDefault(nearNode, nodes)) {
            long pfn;
            while ((pfn = node.take()) != NONE) {
                if (zero(pfn, 1)) {
                    return pfn;
                }
                node.retire();
            }
        }
        return NONE;
    }

    /** The first of 512 zeroed frames that are a page of 2M, near a node, or {@link #NONE}. */
    long takeHuge(int nearNode) {
        for (NodeFrames node : fallback.getOrDefault(nearNode, nodes)) {
            long pfn;
            while ((pfn = node.takeHuge()) != NONE) {
                if (zero(pfn, FrameBlock.FRAMES)) {
                    return pfn;
                }
                giveGood(node, pfn);
            }
        }
        return NONE;
    }

    /** A page of 2M with a bad frame is never one again: the good ones serve as 4K. */
    private void giveGood(NodeFrames node, long firstPfn) {
        for (long pfn = firstPfn; pfn < firstPfn + FrameBlock.FRAMES; pfn++) {
            if (zero(pfn, 1)) {
                node.give(pfn);
            } else {
                node.retire();
            }
        }
    }

    /** Takes a frame back that nobody refers to any more. */
    void give(long pfn) {
        for (NodeFrames node : nodes) {
            if (node.owns(pfn)) {
                node.give(pfn);
                return;
            }
        }
    }

    /** How many frames are handed out, for tests of leaks. */
    long framesInUse() {
        return nodes.stream().mapToLong(NodeFrames::inUse).sum();
    }

    private boolean zero(long pfn, long frames) {
        if (poisoned.firstIn(pfn << BYTES_SHIFT, frames << BYTES_SHIFT) >= 0) {
            return false;
        }
        try {
            bytes.fill(pfn << BYTES_SHIFT, frames << BYTES_SHIFT, (byte) 0);
            return true;
        } catch (ErrnoException wentBad) {
            return false;
        }
    }
}
