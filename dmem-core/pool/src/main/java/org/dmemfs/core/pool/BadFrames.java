package org.dmemfs.core.pool;

import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.dmemfs.kernel.Patch;

/**
 * The 4K frames of the regions that went bad, kept until the machine ends. A list of those that are, where the series has
 * a bit for every frame that could be: 32 KiB per GiB.
 */
@Patch(v1 = 31, v2 = 31)
final class BadFrames {
    private final NavigableSet<Long> pfns = new ConcurrentSkipListSet<>();

    boolean add(long pfn) {
        return pfns.add(pfn);
    }

    List<Long> all() {
        return List.copyOf(pfns);
    }
}
