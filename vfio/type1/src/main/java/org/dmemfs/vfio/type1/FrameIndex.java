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
    private static final int BLOCKS = 1 << GIBIBYTE_SHIFT - BLOCK_SHIFT;
    private static final int PAGE_SHIFT = 12;

    private final Map<Long, Gibibyte> byNumber = new HashMap<>();

    /** Is told a range and the part of its iova that may have the frame. */
    @FunctionalInterface
    interface Sink {
        void accept(MapSlot slot, long iova, long iovaEnd);
    }

    /** The ranges that have 1G of physical memory, all of it or a part. */
    private static final class Gibibyte {
        private final Places whole = new Places();
        private @Nullable Places @Nullable [] blocks;
        private int blocksInUse;

        Places block(int number) {
            if (blocks == null) {
                blocks = new Places[BLOCKS];
            }
            Places places = blocks[number];
            if (places == null) {
                places = new Places();
                blocks[number] = places;
                blocksInUse++;
            }
            return places;
        }

        @Nullable
        Places known(int number) {
            return blocks == null ? null : blocks[number];
        }

        void remove(MapSlot slot, int number) {
            Places places = known(number);
            if (blocks != null && places != null) {
                places.remove(slot);
                if (places.isEmpty()) {
                    blocks[number] = null;
                    blocksInUse--;
                }
            }
        }

        boolean isEmpty() {
            return blocksInUse == 0 && whole.isEmpty();
        }
    }

    /** A run of frames is mapped. */
    void add(MapSlot slot, long iova, long pfn, long frames) {
        long end = pfn + frames;
        long next;
        for (long at = pfn; at < end; at = next) {
            next = Math.min(end, (at >> GIBIBYTE_SHIFT) + 1 << GIBIBYTE_SHIFT);
            Gibibyte gibibyte = byNumber.computeIfAbsent(at >> GIBIBYTE_SHIFT, number -> new Gibibyte());
            long atIova = iova + (at - pfn << PAGE_SHIFT);
            if (next - at == 1L << GIBIBYTE_SHIFT) {
                gibibyte.whole.add(slot, atIova, atIova + (next - at << PAGE_SHIFT));
            } else {
                addBlocks(gibibyte, slot, atIova, at, next);
            }
        }
    }

    private static void addBlocks(Gibibyte gibibyte, MapSlot slot, long iova, long pfn, long end) {
        long next;
        for (long at = pfn; at < end; at = next) {
            next = Math.min(end, (at >> BLOCK_SHIFT) + 1 << BLOCK_SHIFT);
            long atIova = iova + (at - pfn << PAGE_SHIFT);
            gibibyte.block(block(at)).add(slot, atIova, atIova + (next - at << PAGE_SHIFT));
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
            if (gibibyte.blocksInUse > 0) {
                long from = Math.max(pfn, number << GIBIBYTE_SHIFT);
                long to = Math.min(end, number + 1 << GIBIBYTE_SHIFT);
                for (long block = from >> BLOCK_SHIFT; block << BLOCK_SHIFT < to; block++) {
                    gibibyte.remove(slot, block(block << BLOCK_SHIFT));
                }
            }
            if (gibibyte.isEmpty()) {
                byNumber.remove(number);
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
        Places places = gibibyte.known(block(pfn));
        if (places != null) {
            places.each(sink);
        }
    }

    boolean isEmpty() {
        return byNumber.isEmpty();
    }

    private static int block(long pfn) {
        return (int) (pfn >> BLOCK_SHIFT) & BLOCKS - 1;
    }
}
