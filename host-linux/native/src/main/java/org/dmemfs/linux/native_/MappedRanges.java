package org.dmemfs.linux.native_;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/**
 * Which pieces of a window are mapped, each with the piece of a file that it is. One thread changes it at a time; any number may ask
 * meanwhile, and never see a byte unmapped that stays mapped.
 */
final class MappedRanges {
    private record Range(long start, long end, MemoryFile file, long fileOffset) {
        PageSize backing() {
            return file.backing();
        }

        Range from(long position) {
            return new Range(position, end, file, fileOffset + position - start);
        }

        Range upTo(long position) {
            return new Range(start, position, file, fileOffset);
        }

        boolean cutAt(long position) {
            return start < position && position < end;
        }
    }

    private final ConcurrentNavigableMap<Long, Range> ranges = new ConcurrentSkipListMap<>();

    boolean covers(long start, long end) {
        long position = start;
        while (position < end) {
            Map.Entry<Long, Range> found = ranges.floorEntry(position);
            if (found == null || found.getValue().end() <= position) {
                return false;
            }
            position = found.getValue().end();
        }
        return true;
    }

    boolean touches(long start, long end) {
        Map.Entry<Long, Range> found = ranges.lowerEntry(end);
        return found != null && found.getValue().end() > start;
    }

    void add(long start, long end, MemoryFile file, long fileOffset) {
        ranges.put(start, new Range(start, end, file, fileOffset));
    }

    /** Where a byte of a file is mapped. */
    List<Long> placesOf(MemoryFile file, long offset) {
        List<Long> places = new ArrayList<>();
        for (Range range : ranges.values()) {
            long place = range.start() + offset - range.fileOffset();
            if (range.file().equals(file) && place >= range.start() && place < range.end()) {
                places.add(place);
            }
        }
        return places;
    }

    /** EINVAL where an end of the range lies inside a page of a mapping: the host does not split a hugetlb page. */
    void checkCuts(long start, long end) {
        checkCut(start);
        checkCut(end);
    }

    private void checkCut(long position) {
        Map.Entry<Long, Range> found = ranges.lowerEntry(position);
        if (found != null && found.getValue().cutAt(position)
                && position % found.getValue().backing().bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL, "the offset 0x%x cuts a mapped page of %s in two".formatted(position,
                    found.getValue().backing().label()));
        }
    }

    /** Whether a removal leaves two pieces of one. */
    boolean splits(long start, long end) {
        Map.Entry<Long, Range> found = ranges.lowerEntry(start);
        return found != null && found.getValue().cutAt(start) && found.getValue().cutAt(end);
    }

    /** Answers how many pieces are gone altogether. */
    int remove(long start, long end) {
        int gone = 0;
        Map.Entry<Long, Range> found = ranges.lowerEntry(end);
        while (found != null && found.getValue().end() > start) {
            Range range = found.getValue();
            // The tail first: a reader that asks in between still finds every byte that stays.
            if (range.end() > end) {
                ranges.put(end, range.from(end));
            }
            if (range.start() < start) {
                ranges.put(range.start(), range.upTo(start));
            } else {
                ranges.remove(range.start());
                gone += range.end() > end ? 0 : 1;
            }
            found = ranges.lowerEntry(range.start());
        }
        return gone;
    }

    /** Forgets everything; answers how many pieces there were. */
    int clear() {
        int gone = ranges.size();
        ranges.clear();
        return gone;
    }
}
