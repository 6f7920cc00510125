package org.dmemfs.linux.native_;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * Where the mappings of an address space may begin and end: never fewer places than there are. A process that has
 * vm.max_map_count mappings cannot map a further one, which would end HotSpot; so they are bounded. Used by one thread
 * at a time.
 */
final class PieceEnds {
    private static final int LIMIT = 256;

    private final NavigableSet<Long> ends = new TreeSet<>();

    /** Before a call that makes one piece, or a hole, of a range. */
    void addAround(long start, long end) {
        add(start, end, start < end ? ends.subSet(start, false, end, false).size() : 0);
    }

    /** Before a call that may begin and end a mapping there. */
    void add(long start, long end) {
        add(start, end, 0);
    }

    private void add(long start, long end, int soonForgotten) {
        if (ends.size() + 2 - soonForgotten > LIMIT) {
            throw new ErrnoException(Errno.ENOMEM,
                    "the address space is in pieces with " + ends.size() + " ends; accepted are " + LIMIT);
        }
        ends.add(start);
        ends.add(end);
    }

    /** After a call that made one piece, or a hole, of a range. */
    void forgetWithin(long start, long end) {
        if (start < end) {
            ends.subSet(start, false, end, false).clear();
        }
    }
}
