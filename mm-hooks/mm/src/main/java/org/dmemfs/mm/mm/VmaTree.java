package org.dmemfs.mm.mm;

import java.util.Arrays;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
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

    /** The areas that a range touches, ascending. */
    List<MappedArea> within(AddressRange range) {
        int from = firstEndingAfter(range.start());
        int to = from;
        while (to < areas.length && areas[to].start() < range.end()) {
            to++;
        }
        return List.of(Arrays.copyOfRange(areas, from, to));
    }

    /** Refuses a range with a hole. */
    void requireMapped(AddressRange range, Errno errno) {
        long address = range.start();
        for (int index = firstEndingAfter(address); address < range.end(); index++) {
            if (index == areas.length || areas[index].start() > address) {
                throw new ErrnoException(errno, "nothing is mapped at 0x%x".formatted(address));
            }
            address = areas[index].end();
        }
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
