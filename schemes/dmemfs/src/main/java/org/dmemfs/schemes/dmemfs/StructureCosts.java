package org.dmemfs.schemes.dmemfs;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;

/**
 * What the series' structures cost: a bit a 4K frame for errors, a bit a dpage for allocation, since V2 4 bytes a dpage for
 * references, and the xarray of each file. Bitmaps are made of words of 8 bytes, the counts of whole pages, a region each.
 */
final class StructureCosts {
    private static final long WORD_BITS = 64;
    private static final long PAGE_BYTES = 4096;
    private static final long REFERENCE_BYTES = 4;
    /** {@code struct xa_node} on x86-64 of 5.10. */
    private static final long TREE_NODE_BYTES = 576;
    private static final long TREE_NODE_SLOTS = 64;

    private final SeriesVersion series;

    StructureCosts(SeriesVersion series) {
        this.series = series;
    }

    List<MetadataCost> of(List<Long> regionBytes, PageSize pageSize, List<Long> dpagesOfFiles) {
        long errorBits = 0;
        long allocationBits = 0;
        long references = 0;
        for (long bytes : regionBytes) {
            errorBits += up(bytes / PAGE_BYTES, WORD_BITS);
            allocationBits += up(bytes / pageSize.bytes(), WORD_BITS);
            references += up(bytes / pageSize.bytes() * REFERENCE_BYTES, PAGE_BYTES);
        }
        long total = regionBytes.stream().mapToLong(Long::longValue).sum();
        List<MetadataCost> costs = new ArrayList<>();
        costs.add(new MetadataCost(MetadataKind.ERROR_BITMAP, errorBits / Byte.SIZE,
                "%d bytes / 4096 / 8, words of 8 bytes a region".formatted(total)));
        costs.add(new MetadataCost(MetadataKind.ALLOCATION_BITMAP, allocationBits / Byte.SIZE,
                "%d dpages / 8, words of 8 bytes a region".formatted(total / pageSize.bytes())));
        if (series != SeriesVersion.V1) {
            costs.add(new MetadataCost(MetadataKind.REFERENCE_COUNTS, references,
                    "%d dpages x 4 bytes, whole pages a region".formatted(total / pageSize.bytes())));
        }
        long dpages = dpagesOfFiles.stream().mapToLong(Long::longValue).sum();
        costs.add(new MetadataCost(MetadataKind.FILE_TREE,
                dpagesOfFiles.stream().mapToLong(StructureCosts::nodes).sum() * TREE_NODE_BYTES,
                "xarray nodes of 576 bytes and 64 slots for %d dpages of %d files".formatted(dpages,
                        dpagesOfFiles.size())));
        return List.copyOf(costs);
    }

    /** Nodes of all levels of a tree whose indices from 0 on are filled; a single entry at 0 stands in the head. */
    private static long nodes(long entries) {
        long nodes = 0;
        for (long level = entries; level > 1;) {
            level = up(level, TREE_NODE_SLOTS) / TREE_NODE_SLOTS;
            nodes += level;
        }
        return nodes;
    }

    private static long up(long number, long unit) {
        return (number + unit - 1) / unit * unit;
    }
}
