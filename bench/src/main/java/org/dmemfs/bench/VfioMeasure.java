package org.dmemfs.bench;

import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.Vfio;

/**
 * DMA maps of growing size, on simulated memory that its task has mapped and nobody has written: what an entry of the task's
 * page table costs, and that it costs the same however large the map is. The peer is the smallest map. The file's dpages
 * lie apart, so that no two become one entry of the IOMMU, and once more as they come, one after the other.
 *
 * <p>Published, and no figure of this host: Linux commit 0fd06844de5d (6.15) tells that iterating over the 4K frames of a
 * 32 GiB BAR took vfio about 1 s, which is 119 ns each, and that one pass per 1G entry takes less than 1 ms.
 */
final class VfioMeasure {
    private static final Set<DmaPermission> BOTH = Set.of(DmaPermission.READ, DmaPermission.WRITE);
    private static final long IOVA = 1L << 40;
    private static final long GIB = 1L << 30;
    private static final int TIMES = 11;
    /** The JIT compiler has seen enough after so many entries of small maps. */
    private static final long WARM_UP_ENTRIES = 200_000;
    private static final double MILLISECOND = 1e6;
    private static final double PUBLISHED_4K = 1e9 / (32 * GIB / 4096);
    private static final double PUBLISHED_1G = 1e6 / 32;

    RatioTable run() {
        RatioTable table = new RatioTable();
        measure(table, PageSize.SIZE_1G, true, List.of(16 * GIB, 256 * GIB, 1024 * GIB));
        measure(table, PageSize.SIZE_2M, false, List.of(GIB, 16 * GIB, 256 * GIB, 1024 * GIB));
        measure(table, PageSize.SIZE_2M, true, List.of(GIB, 16 * GIB, 256 * GIB, 1024 * GIB));
        measure(table, PageSize.SIZE_4K, false, List.of(GIB / 16, GIB, 16 * GIB, 64 * GIB));
        measure(table, PageSize.SIZE_4K, true, List.of(GIB / 16, GIB, 16 * GIB, 64 * GIB));
        return table;
    }

    private static void measure(RatioTable table, PageSize pageSize, boolean inOrder, List<Long> sizes) {
        String group = "vfio map at " + pageSize.label() + (inOrder ? ", dpages in a row" : ", dpages apart");
        long largest = sizes.getLast();
        long dmem = largest + GIB >> 30;
        try (MappedFile file = MappedFile.of("1x" + (dmem + 64) + "G", dmem + "G:1G", "simulated", pageSize,
                largest)) {
            if (inOrder) {
                file.touchAll();
            } else {
                file.touchAllApart();
            }
            Container container = file.machine().service(Vfio.class).open("bench", file.task());
            long small = sizes.getFirst();
            for (long left = WARM_UP_ENTRIES; left > 0; left -= small / pageSize.bytes()) {
                mapOnce(container, file, small);
            }
            for (long bytes : sizes) {
                Median median = new Median(TIMES);
                for (int time = 0; time < TIMES; time++) {
                    median.add(mapOnce(container, file, bytes));
                }
                long pages = bytes / pageSize.bytes();
                String who = bytes == small ? RatioTable.PEER : MemorySize.format(bytes);
                table.add(new RatioTable.Row(group, who, median.value() / pages, "ns",
                        "per page; %s: median %.3f ms, %s; %s".formatted(MemorySize.format(bytes),
                                median.value() / MILLISECOND, median.range(MILLISECOND, "ms"),
                                entries(container, file, bytes))));
            }
            if (pageSize != PageSize.SIZE_2M) {
                table.add(new RatioTable.Row(group, "Linux, published",
                        pageSize == PageSize.SIZE_4K ? PUBLISHED_4K : PUBLISHED_1G, "ns",
                        "published: commit 0fd06844de5d, 32 GiB BAR, about 1 s before and below 1 ms after"));
            }
        }
    }

    private static long mapOnce(Container container, MappedFile file, long bytes) {
        long start = System.nanoTime();
        container.mapDma(IOVA, file.address(), bytes, BOTH);
        long time = System.nanoTime() - start;
        container.unmapDma(IOVA, bytes);
        return time;
    }

    private static String entries(Container container, MappedFile file, long bytes) {
        container.mapDma(IOVA, file.address(), bytes, BOTH);
        DmaMap map = container.maps().getFirst();
        container.unmapDma(IOVA, bytes);
        return "IOMMU entries %d of 1G, %d of 2M, %d of 4K".formatted(map.entries1G(), map.entries2M(),
                map.entries4K());
    }
}
