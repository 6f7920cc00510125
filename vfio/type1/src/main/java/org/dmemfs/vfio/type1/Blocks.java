package org.dmemfs.vfio.type1;

import org.jspecify.annotations.Nullable;

/**
 * The ranges that have parts of 1G of physical memory, by blocks of 2M, each with the part of its iova that leads there.
 * Most blocks have one range, which takes no object of its own: a map of 1T in 2M has half a million blocks, and as many
 * objects would cost the collector more than the map. Guarded by the container's lock.
 */
final class Blocks {
    private final @Nullable MapSlot[] slots;
    private final long[] iovas;
    private final long[] ends;
    private @Nullable Places @Nullable [] others;
    private int inUse;

    Blocks(int blocks) {
        slots = new MapSlot[blocks];
        iovas = new long[blocks];
        ends = new long[blocks];
    }

    /** A range has this part too; what it has already grows to have both. */
    void add(int block, MapSlot added, long from, long to) {
        if (slots[block] == added) {
            iovas[block] = Math.min(iovas[block], from);
            ends[block] = Math.max(ends[block], to);
            return;
        }
        Places more = others == null ? null : others[block];
        if (slots[block] == null && more == null) {
            slots[block] = added;
            iovas[block] = from;
            ends[block] = to;
            inUse++;
            return;
        }
        if (more == null) {
            more = new Places();
            if (others == null) {
                others = new Places[slots.length];
            }
            others[block] = more;
            inUse++;
        }
        more.add(added, from, to);
    }

    void remove(int block, MapSlot removed) {
        if (slots[block] == removed) {
            slots[block] = null;
            inUse--;
            return;
        }
        Places more = others == null ? null : others[block];
        if (others != null && more != null) {
            more.remove(removed);
            if (more.isEmpty()) {
                others[block] = null;
                inUse--;
            }
        }
    }

    boolean isEmpty() {
        return inUse == 0;
    }

    void each(int block, FrameIndex.Sink sink) {
        MapSlot slot = slots[block];
        if (slot != null) {
            sink.accept(slot, iovas[block], ends[block]);
        }
        Places more = others == null ? null : others[block];
        if (more != null) {
            more.each(sink);
        }
    }
}
