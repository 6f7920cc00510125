package org.dmemfs.vfio.type1;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way back from a frame to the ranges of a container that have it, so that a bad page costs the same however many maps
 * there are. It knows stretches of physical memory, 1G where a run has all of it and else 2M, and for each the ranges with
 * the part of their iova that reaches into it: a run of 1T is a thousand stretches, and frames of 4K that lie anywhere are
 * one for each range and 2M. Which entry of that part has the frame, the IOMMU table tells. Guarded by the container's lock.
 */
final class FrameIndex {
    private static final int BLOCK_SHIFT = 9;
    private static final int GIBIBYTE_SHIFT = 18;
    /** Blocks are kept in groups of 128M, so that a frame that lies alone costs little. */
    private static final int GROUP_SHIFT = 15;
    private static final int GROUPS = 1 << GIBIBYTE_SHIFT - GROUP_SHIFT;
    private static final int BLOCKS = 1 << GROUP_SHIFT - BLOCK_SHIFT;
    private static final int PAGE_SHIFT = 12;

    private final Map<Long, Gibibyte> byNumber = new HashMap<>();
    /** What was last added to: runs of one map often lie in the same 1G. */
    private @Nullable Gibibyte last;
    private long lastNumber;

    /** Is told a range and the part of its iova that may have the frame. */
    @FunctionalInterface
    interface Sink {
        void accept(MapSlot slot, long iova, long iovaEnd);
    }

    /** The ranges that have 1G of physical memory, all of it or a part. */
    private static final class Gibibyte {
        private final Places whole = new Places();
        private final @Nullable Blocks[] groups = new Blocks[GROUPS];

        /** The group of a frame. */
        Blocks group(long pfn) {
            Blocks group = groups[groupOf(pfn)];
            if (group == null) {
                group = new Blocks(BLOCKS);
                groups[groupOf(pfn)] = group;
            }
            return group;
        }

        @Nullable
        Blocks known(long pfn) {
            return groups[groupOf(pfn)];
        }

        void remove(MapSlot slot, long pfn) {
            Blocks group = known(pfn);
            if (group != null) {
                group.remove(block(pfn), slot);
                if (group.isEmpty()) {
                    groups[groupOf(pfn)] = null;
                }
            }
        }

        boolean isEmpty() {
            for (Blocks group : groups) {
                if (group != null) {
                    return false;
                }
            }
            return whole.isEmpty();
        }

        private static int groupOf(long pfn) {
            return (int) (pfn >> GROUP_SHIFT) & GROUPS - 1;
        }
    }

    /** A run of frames is mapped. */
    void add(MapSlot slot, long iova, long pfn, long frames) {
        long end = pfn + frames;
        long next;
        for (long at = pfn; at < end; at = next) {
            next = Math.min(end, (at >> GIBIBYTE_SHIFT) + 1 << GIBIBYTE_SHIFT);
            Gibibyte gibibyte = gibibyte(at >> GIBIBYTE_SHIFT);
            long atIova = iova + (at - pfn << PAGE_SHIFT);
            if (next - at == 1L << GIBIBYTE_SHIFT) {
                gibibyte.whole.add(slot, atIova, atIova + (next - at << PAGE_SHIFT));
            } else {
                addBlocks(gibibyte, slot, atIova, at, next);
            }
        }
    }

    private Gibibyte gibibyte(long number) {
        if (last == null || number != lastNumber) {
            last = byNumber.computeIfAbsent(number, missing -> new Gibibyte());
            lastNumber = number;
        }
        return last;
    }

    private static void addBlocks(Gibibyte gibibyte, MapSlot slot, long iova, long pfn, long end) {
        long next;
        for (long at = pfn; at < end; at = next) {
            next = Math.min(end, (at >> BLOCK_SHIFT) + 1 << BLOCK_SHIFT);
            long atIova = iova + (at - pfn << PAGE_SHIFT);
            gibibyte.group(at).add(block(at), slot, atIova, atIova + (next - at << PAGE_SHIFT));
        }
    }

    /** An entry of a range that goes is cleared. Once all of them are, nothing here knows the range any more. */
    void remove(MapSlot slot, long pfn, long frames) {
        long end = pfn + frames;
        for (long number = pfn >> GIBIBYTE_SHIFT; number << GIBIBYTE_SHIFT < end; number++) {
            Gibibyte gibibyte = byNumber.get(number);
            if (gibibyte == null) {
                continue;
            }
            gibibyte.whole.remove(slot);
            long from = Math.max(pfn, number << GIBIBYTE_SHIFT);
            long to = Math.min(end, number + 1 << GIBIBYTE_SHIFT);
            for (long block = from >> BLOCK_SHIFT; block << BLOCK_SHIFT < to; block++) {
                gibibyte.remove(slot, block << BLOCK_SHIFT);
            }
            if (gibibyte.isEmpty()) {
                byNumber.remove(number);
                last = null;
            }
        }
    }

    /** The ranges that may have a frame. */
    void each(long pfn, Sink sink) {
        Gibibyte gibibyte = byNumber.get(pfn >> GIBIBYTE_SHIFT);
        if (gibibyte == null) {
            return;
        }
        gibibyte.whole.each(sink);
        Blocks group = gibibyte.known(pfn);
        if (group != null) {
            group.each(block(pfn), sink);
        }
    }

    boolean isEmpty() {
        return byNumber.isEmpty();
    }

    private static int block(long pfn) {
        return (int) (pfn >> BLOCK_SHIFT) & BLOCKS - 1;
    }
}
