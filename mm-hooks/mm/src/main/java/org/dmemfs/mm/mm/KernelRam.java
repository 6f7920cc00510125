package org.dmemfs.mm.mm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
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
import org.dmemfs.reserve.Reservation;
import org.jspecify.annotations.Nullable;

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
    private final Map<Long, LongConsumer> owners = new ConcurrentHashMap<>();

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
        return take(nearNode, null);
    }

    /** A zeroed frame near a node, of some nodes alone where there are any to keep to, or {@link #NONE}. */
    long take(int nearNode, @Nullable NodeMask allowed) {
        for (Node node : fallback.getOrDefault(nearNode, nodes)) {
            if (allowed != null && !allowed.contains(node.id)) {
                continue;
            }
            long pfn;
            while ((pfn = node.take()) != NONE) {
                if (zero(pfn, PageSize.SIZE_4K)) {
                    return pfn;
                }
            }
        }
        return NONE;
    }

    /** The first frame of a zeroed page of a size, of one node alone, or {@link #NONE}. */
    long takePage(int nodeId, PageSize size) {
        if (size == PageSize.SIZE_4K) {
            return take(nodeId, NodeMask.of(nodeId));
        }
        for (Node node : nodes) {
            if (node.id != nodeId) {
                continue;
            }
            long pfn;
            while ((pfn = node.takeReturned(size)) != NONE) {
                if (zero(pfn, size)) {
                    return pfn;
                }
            }
            while ((pfn = node.cut(size)) != NONE) {
                // Nobody had it yet, so it reads as zero without being touched.
                if (poisoned.firstIn(pfn << BYTES_SHIFT, size.bytes()) < 0) {
                    return pfn;
                }
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

    private boolean zero(long pfn, PageSize size) {
        if (poisoned.firstIn(pfn << BYTES_SHIFT, size.bytes()) >= 0) {
            return false;
        }
        try {
            bytes.fill(pfn << BYTES_SHIFT, size.bytes(), (byte) 0);
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
        /** Where each range ended before huge pages were cut from its top. */
        private long[] tops = new long[0];
        private final Map<PageSize, Deque<Long>> freeHuge = new EnumMap<>(PageSize.class);
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
            tops = Arrays.copyOf(tops, count + 1);
            tops[count] = endPfn;
        }

        boolean owns(long pfn) {
            for (int range = 0; range < starts.length; range++) {
                if (pfn >= starts[range] && pfn < tops[range]) {
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

        synchronized long takeReturned(PageSize size) {
            Deque<Long> returned = freeHuge.get(size);
            return returned == null || returned.isEmpty() ? NONE : returned.pop();
        }

        /** A page that was never used, from the top of a range. */
        synchronized long cut(PageSize size) {
            for (int range = starts.length - 1; range >= 0; range--) {
                long start = (ends[range] & -size.naturePages()) - size.naturePages();
                if (start >= next[range]) {
                    // What alignment leaves above goes with the small ones.
                    for (long pfn = start + size.naturePages(); pfn < ends[range]; pfn++) {
                        give(pfn);
                    }
                    ends[range] = start;
                    return start;
                }
            }
            return NONE;
        }

        synchronized void giveHuge(long pfn, PageSize size) {
            freeHuge.computeIfAbsent(size, _ -> new ArrayDeque<>()).push(pfn);
        }

        synchronized long freeBytes(PageSize size) {
            long pages = freeHuge.containsKey(size) ? freeHuge.get(size).size() : 0;
            for (int range = 0; range < starts.length; range++) {
                long first = (next[range] + size.naturePages() - 1) / size.naturePages();
                pages += Math.max(0, ends[range] / size.naturePages() - first);
            }
            return pages * size.bytes() + (size == PageSize.SIZE_4K ? (long) freeCount << BYTES_SHIFT : 0);
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
                taken += next[range] - starts[range] + tops[range] - ends[range];
            }
            for (Map.Entry<PageSize, Deque<Long>> huge : freeHuge.entrySet()) {
                taken -= huge.getKey().naturePages() * huge.getValue().size();
            }
            return taken - freeCount;
        }
    }
}
