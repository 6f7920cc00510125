package org.dmemfs.reserve.memblock;

import java.util.List;
import org.dmemfs.reserve.MemoryRange;

/**
 * The memory map as the kernel edits it on behalf of {@code mem=} and {@code memmap=}, before memblock is made from it.
 * Types are numbers, as {@code memmap=%} may name any. For one thread.
 */
final class E820Table {
    private final RangeMap<Long> types = new RangeMap<>();

    E820Table(List<MemoryRange> ranges) {
        ranges.forEach(range -> E820Type.named(range.name()).ifPresent(type -> types.paint(range.startPhysicalAddress(),
                range.endPhysicalAddress(), type.number())));
    }

    /** Where something is there already, the higher type stays. */
    void add(long start, long end, long type) {
        List<RangeMap.Piece<Long>> before = types.within(start, end);
        types.paint(start, end, type);
        before.stream().filter(piece -> piece.value() > type)
                .forEach(piece -> types.paint(piece.start(), piece.end(), piece.value()));
    }

    /** Ranges of one type become another. */
    void update(long start, long end, long from, long to) {
        types.within(start, end).stream().filter(piece -> piece.value() == from)
                .forEach(piece -> types.paint(piece.start(), piece.end(), to));
    }

    /** Ranges of one type vanish. */
    void remove(long start, long end, long type) {
        types.within(start, end).stream().filter(piece -> piece.value() == type)
                .forEach(piece -> types.erase(piece.start(), piece.end()));
    }

    void removeAll(long start, long end) {
        types.erase(start, end);
    }

    List<RangeMap.Piece<Long>> pieces() {
        return types.pieces();
    }

    List<RangeMap.Piece<Long>> within(long start, long end) {
        return types.within(start, end);
    }
}
