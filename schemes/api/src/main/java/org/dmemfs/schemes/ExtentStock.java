package org.dmemfs.schemes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;

/**
 * Free ranges by node, handed out first fit, as {@code request_resource} and its callers do. Neighbours are joined when they
 * come back. Safe for any thread.
 */
public final class ExtentStock {
    private final Map<Integer, NavigableMap<Long, Extent>> freeByNode = new TreeMap<>();
    private final long alignment;

    /**
     * A stock of free ranges.
     *
     * @param extents disjoint; what does not make a multiple of the alignment at either end is left out
     * @param alignment of what is handed out, a power of two, in bytes
     */
    public ExtentStock(Collection<Extent> extents, long alignment) {
        this.alignment = alignment;
        for (Extent extent : extents) {
            long start = extent.startPhysicalAddress() + alignment - 1 & -alignment;
            long end = extent.endPhysicalAddress() & -alignment;
            if (start < end) {
                give(List.of(new Extent(start, end - start, extent.node())));
            }
        }
    }

    /**
     * Takes memory of one node.
     *
     * @param node the node
     * @param bytes how much, a multiple of the alignment
     * @param contiguous whether it must be one range
     * @return one range, or as few from the lowest address on as make up the number
     * @throws ErrnoException ENOMEM where the node has not that much, or not in one piece
     */
    public synchronized List<Extent> take(int node, long bytes, boolean contiguous) {
        NavigableMap<Long, Extent> free = freeByNode.getOrDefault(node, new TreeMap<>());
        List<Extent> taken = new ArrayList<>();
        long left = bytes;
        for (Extent extent : List.copyOf(free.values())) {
            if (left == 0) {
                break;
            }
            if (!contiguous || extent.bytes() >= left) {
                long part = Math.min(left, extent.bytes());
                taken.add(new Extent(extent.startPhysicalAddress(), part, node));
                left -= part;
            }
        }
        if (left > 0) {
            throw new ErrnoException(Errno.ENOMEM, "node %d has no %s free%s: %s are free, the longest range is %s"
                    .formatted(node, MemorySize.format(bytes), contiguous ? " in one piece" : "",
                            MemorySize.format(free.values().stream().mapToLong(Extent::bytes).sum()),
                            MemorySize.format(free.values().stream().mapToLong(Extent::bytes).max().orElse(0))));
        }
        for (Extent part : taken) {
            Extent from = free.remove(part.startPhysicalAddress());
            if (from != null && from.bytes() > part.bytes()) {
                free.put(part.endPhysicalAddress(),
                        new Extent(part.endPhysicalAddress(), from.bytes() - part.bytes(), node));
            }
        }
        return List.copyOf(taken);
    }

    /**
     * Gives ranges back.
     *
     * @param extents what {@link #take} gave, or parts of it that are multiples of the alignment
     */
    public synchronized void give(Collection<Extent> extents) {
        for (Extent extent : extents) {
            NavigableMap<Long, Extent> free = freeByNode.computeIfAbsent(extent.node(), _ -> new TreeMap<>());
            long start = extent.startPhysicalAddress();
            long end = extent.endPhysicalAddress();
            Map.Entry<Long, Extent> before = free.floorEntry(start);
            if (before != null && before.getValue().endPhysicalAddress() == start) {
                start = before.getValue().startPhysicalAddress();
                free.remove(before.getKey());
            }
            Extent after = free.remove(end);
            if (after != null) {
                end = after.endPhysicalAddress();
            }
            free.put(start, new Extent(start, end - start, extent.node()));
        }
    }

    /**
     * What is free.
     *
     * @return bytes by node
     */
    public synchronized Map<Integer, Long> freeBytes() {
        Map<Integer, Long> bytes = new TreeMap<>();
        freeByNode.forEach((node, free) -> bytes.put(node, free.values().stream().mapToLong(Extent::bytes).sum()));
        return bytes;
    }

    /**
     * What it hands out is a multiple of this.
     *
     * @return bytes
     */
    public long alignment() {
        return alignment;
    }
}
