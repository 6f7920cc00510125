package org.dmemfs.vfio.type1;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ranges that have a stretch of physical memory, each with the part of its iova that leads there. Most stretches have
 * one range, which needs no map. Guarded by the container's lock.
 */
final class Places {
    private @Nullable MapSlot slot;
    private long iova;
    private long iovaEnd;
    private @Nullable Map<MapSlot, long[]> others;

    /** A range has this part too; what it has already grows to have both. */
    void add(MapSlot added, long from, long to) {
        if (slot == null) {
            long[] known = others == null ? null : others.remove(added);
            slot = added;
            iova = known == null ? from : Math.min(from, known[0]);
            iovaEnd = known == null ? to : Math.max(to, known[1]);
        } else if (slot == added) {
            iova = Math.min(iova, from);
            iovaEnd = Math.max(iovaEnd, to);
        } else {
            if (others == null) {
                others = new HashMap<>();
            }
            long[] known = others.computeIfAbsent(added, key -> new long[]{from, to});
            known[0] = Math.min(known[0], from);
            known[1] = Math.max(known[1], to);
        }
    }

    void remove(MapSlot removed) {
        if (slot == removed) {
            slot = null;
            promote();
        } else if (others != null) {
            others.remove(removed);
        }
    }

    private void promote() {
        if (others == null || others.isEmpty()) {
            return;
        }
        Iterator<Map.Entry<MapSlot, long[]>> left = others.entrySet().iterator();
        Map.Entry<MapSlot, long[]> next = left.next();
        slot = next.getKey();
        iova = next.getValue()[0];
        iovaEnd = next.getValue()[1];
        left.remove();
    }

    boolean isEmpty() {
        return slot == null && (others == null || others.isEmpty());
    }

    void each(FrameIndex.Sink sink) {
        if (slot != null) {
            sink.accept(slot, iova, iovaEnd);
        }
        if (others != null) {
            others.forEach((other, part) -> sink.accept(other, part[0], part[1]));
        }
    }
}
