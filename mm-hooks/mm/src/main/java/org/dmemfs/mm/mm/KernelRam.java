package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.Arrays;
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
 * The frames of 4K that the kernel hands to anonymous memory: a list per node, the local node first, then by distance. A
 * frame that went bad is never handed out again. Frames are zero when taken. The zone of page tables is not here.
 */
final class KernelRam {
    static final long NONE = -1;
    private static final int BYTES_SHIFT = 12;

    private final Map<Integer, List<Node>> fallback = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final PhysicalBytes bytes;
    private final PoisonedFrames poisoned;

    KernelRam(Reservation reservation, PhysicalMemory memory, long tableZoneStart) {
        bytes = memory.bytes();
        poisoned = memory.poisoned();
        Map<Integer, Node> byId = new HashMap<>();
        for (MemoryRange range : reservation.memoryMap().ranges()) {
            // Frame 0 is left out: its number means "no frame" in more than one place, as it does on real machines.
            long start = Math.max(1, (range.startPhysicalAddress() + (1L << BYTES_SHIFT) - 1) >>> BYTES_SHIFT);
            long end = range.endPhysicalAddress() >>> BYTES_SHIFT;
            if (range.startPhysicalAddress() <= tableZoneStart && tableZoneStart < range.endPhysicalAddress()) {
                end = tableZoneStart >>> BYTES_SHIFT;
            }
            if (range.kind() == FrameKind.RAM && start < end) {
                byId.computeIfAbsent(range.node(), Node::new).add(start, end);
            }
        }
        nodes.addAll(byId.values());
        NumaTopology topology = reservation.topology();
        for (int node : topology.online().nodes()) {
            fallback.put(node,
                    nodes.stream()
                            .sorted(Comparator.<Node>comparingInt(other -> topology.distance(node, other.id))
                                    .thenComparingInt(other -> other.id))
                            .toList());
        }
    }

    /** A zeroed frame near a node, or {@link #NONE}. */
    long take(int nearNode) {
        for (Node node : fallback.getOrDefault(nearNode, nodes)) {
            long pfn;
            while ((pfn = node.take()) != NONE) {
                if (zero(pfn)) {
                    return pfn;
                }
            }
        }
        return NONE;
    }

    /** Takes a frame back that nobody refers to any more. */
    void give(long pfn) {
        for (Node node : nodes) {
            if (node.owns(pfn)) {
                node.give(pfn);
                return;
            }
        }
    }

    /** How many frames are handed out, for tests of leaks. */
    long framesInUse() {
        return nodes.stream().mapToLong(Node::inUse).sum();
    }

    private boolean zero(long pfn) {
        if (poisoned.contains(pfn)) {
            return false;
        }
        try {
            bytes.fill(pfn << BYTES_SHIFT, 1L << BYTES_SHIFT, (byte) 0);
            return true;
        } catch (ErrnoException wentBad) {
            return false;
        }
    }

    /** The kernel's RAM of one node: never-used frames by range, and a stack of those that came back. */
    private static final class Node {
        final int id;
        private long[] starts = new long[0];
        private long[] ends = new long[0];
        private long[] next = new long[0];
        private long[] free = new long[64];
        private int freeCount;

        Node(int id) {
            this.id = id;
        }

        void add(long startPfn, long endPfn) {
            int count = starts.length;
            starts = Arrays.copyOf(starts, count + 1);
            ends = Arrays.copyOf(ends, count + 1);
            next = Arrays.copyOf(next, count + 1);
            starts[count] = startPfn;
            ends[count] = endPfn;
            next[count] = startPfn;
        }

        boolean owns(long pfn) {
            for (int range = 0; range < starts.length; range++) {
                if (pfn >= starts[range] && pfn < ends[range]) {
                    return true;
                }
            }
            return false;
        }

        synchronized long take() {
            if (freeCount > 0) {
                return free[--freeCount];
            }
            for (int range = starts.length - 1; range >= 0; range--) {
                if (next[range] < ends[range]) {
                    return next[range]++;
                }
            }
            return NONE;
        }

        synchronized void give(long pfn) {
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = pfn;
        }

        synchronized long inUse() {
            long taken = 0;
            for (int range = 0; range < starts.length; range++) {
                taken += next[range] - starts[range];
            }
            return taken - freeCount;
        }
    }
}
