package org.dmemfs.core.pool;

import java.util.List;
import java.util.function.LongPredicate;
import org.dmemfs.kernel.Patch;
import org.dmemfs.reserve.ReportedFrames;

/**
 * The 4K frames of the regions that went bad, kept by the memory itself until the machine ends:
 * a pool that restarts knows them. A list of those that are, where the series has
 * a bit for every frame that could be: 32 KiB per GiB.
 */
@Patch(v1 = 31, v2 = 31)
final class BadFrames {
    private final ReportedFrames reported;
    private final LongPredicate inRegions;

    BadFrames(ReportedFrames reported, LongPredicate inRegions) {
        this.reported = reported;
        this.inRegions = inRegions;
    }

    boolean add(long pfn) {
        return reported.add(pfn);
    }

    List<Long> all() {
        return reported.all().stream().filter(inRegions::test).toList();
    }
}
