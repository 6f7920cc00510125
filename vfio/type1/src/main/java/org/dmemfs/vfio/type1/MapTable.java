package org.dmemfs.vfio.type1;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.vfio.DmaMap;

/** The ranges of a container, by iova ({@code iommu->dma_list}). Guarded by the container's lock. */
final class MapTable {
    /** {@code dma_entry_limit}. */
    private static final int MOST = 65_535;

    private final TreeMap<Long, MapSlot> byIova = new TreeMap<>();

    /** What a coming map must pass, in the kernel's order. */
    void requireRoom(MapRequest request) {
        Map.Entry<Long, MapSlot> below = byIova.lowerEntry(request.end());
        if (below != null && below.getValue().request().end() > request.iova()) {
            MapRequest other = below.getValue().request();
            throw new ErrnoException(Errno.EEXIST, "%d bytes at iova 0x%x overlap the map of %d bytes at 0x%x"
                    .formatted(request.bytes(), request.iova(), other.bytes(), other.iova()));
        }
        if (byIova.size() >= MOST) {
            throw new ErrnoException(Errno.ENOSPC,
                    "the container has %d maps, the most that it can have".formatted(byIova.size()));
        }
        request.requireTranslatable();
    }

    void add(MapSlot slot) {
        byIova.put(slot.request().iova(), slot);
    }

    void remove(MapSlot slot) {
        byIova.remove(slot.request().iova());
    }

    /** Has the maps within a range going. */
    List<MapSlot> leave(long iova, long bytes) {
        if (iova < 0 || bytes <= 0 || (iova | bytes) % 4096 != 0 || iova + bytes < 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "%d bytes at iova 0x%x are not a range of 4K pages".formatted(bytes, iova));
        }
        long end = iova + bytes;
        requireNoCut(iova);
        requireNoCut(end);
        return leave(byIova.subMap(iova, end).values());
    }

    private void requireNoCut(long edge) {
        Map.Entry<Long, MapSlot> below = byIova.lowerEntry(edge);
        if (below != null && below.getValue().map() != null && below.getValue().request().end() > edge) {
            MapRequest cut = below.getValue().request();
            throw new ErrnoException(Errno.EINVAL,
                    "the range would cut the map of %d bytes at iova 0x%x in two at 0x%x".formatted(cut.bytes(),
                            cut.iova(), edge));
        }
    }

    /** Has all maps going. */
    List<MapSlot> leaveAll() {
        return leave(byIova.values());
    }

    /** Has the maps going that reach into memory of the task. */
    List<MapSlot> leaveMemory(long virtualAddress, long virtualEnd) {
        return leave(byIova.values().stream().filter(slot -> slot.request().virtualAddress() < virtualEnd
                && slot.request().virtualEnd() > virtualAddress).toList());
    }

    private static List<MapSlot> leave(Iterable<MapSlot> slots) {
        List<MapSlot> leaving = new ArrayList<>();
        for (MapSlot slot : slots) {
            if (slot.map() != null) {
                slot.going();
                leaving.add(slot);
            }
        }
        return leaving;
    }

    /** The maps, and neither what comes nor what goes. */
    List<MapSlot> mapped() {
        return byIova.values().stream().filter(slot -> slot.map() != null).toList();
    }

    List<DmaMap> maps() {
        return byIova.values().stream().map(MapSlot::map).filter(Objects::nonNull).toList();
    }

    int room() {
        return MOST - byIova.size();
    }

    boolean isEmpty() {
        return byIova.isEmpty();
    }
}
