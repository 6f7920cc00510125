package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Physical addresses that have a value each: what is painted later covers what was painted before. For one thread. */
final class RangeMap<T> {
    private final TreeMap<Long, Piece<T>> pieces = new TreeMap<>();

    /** Addresses from start to before end. */
    record Piece<T>(long start, long end, T value) {
    }

    void paint(long start, long end, T value) {
        if (start < end) {
            erase(start, end);
            pieces.put(start, new Piece<>(start, end, value));
        }
    }

    void erase(long start, long end) {
        if (start >= end) {
            return;
        }
        NavigableMap<Long, Piece<T>> touched = pieces.subMap(firstTouching(start), true, end, false);
        List<Piece<T>> cut = List.copyOf(touched.values());
        touched.clear();
        for (Piece<T> piece : cut) {
            if (piece.start() < start) {
                pieces.put(piece.start(), new Piece<>(piece.start(), start, piece.value()));
            }
            if (piece.end() > end) {
                pieces.put(end, new Piece<>(end, piece.end(), piece.value()));
            }
        }
    }

    /** What lies in a window, cut to it, ascending. */
    List<Piece<T>> within(long start, long end) {
        return start >= end
                ? List.of()
                : pieces.subMap(firstTouching(start), true, end, false).values().stream()
                        .map(piece -> new Piece<>(Math.max(piece.start(), start), Math.min(piece.end(), end),
                                piece.value()))
                        .toList();
    }

    /** All pieces, ascending; neighbours of the same value are one. */
    List<Piece<T>> pieces() {
        List<Piece<T>> merged = new ArrayList<>();
        for (Piece<T> piece : pieces.values()) {
            Piece<T> last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && last.end() == piece.start() && last.value().equals(piece.value())) {
                merged.set(merged.size() - 1, new Piece<>(last.start(), piece.end(), last.value()));
            } else {
                merged.add(piece);
            }
        }
        return merged;
    }

    private long firstTouching(long start) {
        var before = pieces.floorEntry(start);
        return before != null && before.getValue().end() > start ? before.getKey() : start;
    }
}
