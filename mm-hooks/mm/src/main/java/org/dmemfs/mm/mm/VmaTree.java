package org.dmemfs.mm.mm;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The VMAs of an address space by address: an immutable sorted array, so that a look-up needs neither lock nor garbage. */
final class VmaTree {
    static final VmaTree EMPTY = new VmaTree(new MappedArea[0]);
    /** {@code vm.max_map_count}. */
    static final int LIMIT = 65_530;

    private final MappedArea[] areas;

    private VmaTree(MappedArea[] areas) {
        this.areas = areas;
    }

    int size() {
        return areas.length;
    }

    MappedArea get(int index) {
        return areas[index];
    }

    List<MappedArea> list() {
        return List.of(areas);
    }

    /** The area that has the address. */
    @Nullable
    MappedArea find(long virtualAddress) {
        int index = firstEndingAfter(virtualAddress);
        return index < areas.length && areas[index].start() <= virtualAddress ? areas[index] : null;
    }

    /** The index of the first area that ends after the address ({@code find_vma}); the size where there is none. */
    int firstEndingAfter(long virtualAddress) {
        int low = 0;
        int high = areas.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (areas[middle].end() > virtualAddress) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    boolean isFree(long start, long end) {
        int index = firstEndingAfter(start);
        return index == areas.length || areas[index].start() >= end;
    }

    /** Puts areas in place of those from one index up to another. */
    VmaTree replace(int from, int to, MappedArea... with) {
        MappedArea[] changed = Arrays.copyOf(areas, areas.length - (to - from) + with.length);
        System.arraycopy(with, 0, changed, from, with.length);
        System.arraycopy(areas, to, changed, from + with.length, areas.length - to);
        return new VmaTree(changed);
    }

    VmaTree insert(MappedArea area) {
        int index = firstEndingAfter(area.start());
        return replace(index, index, area);
    }
}
