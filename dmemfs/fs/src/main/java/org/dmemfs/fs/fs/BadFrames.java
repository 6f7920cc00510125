package org.dmemfs.fs.fs;

import java.util.concurrent.ConcurrentSkipListSet;
import org.dmemfs.kernel.PageSize;

/**
 * The frames that were reported bad. A report is entered here before the dpage's owner is looked for, and whoever puts a
 * dpage into a file looks here after naming the owner: one of the two sees the other. Until the first report, asking is
 * one field read.
 */
final class BadFrames {
    private final ConcurrentSkipListSet<Long> frames = new ConcurrentSkipListSet<>();
    private volatile boolean any;

    void add(long pfn) {
        frames.add(pfn);
        any = true;
    }

    boolean contains(long pfn) {
        return any && frames.contains(pfn);
    }

    /** Whether a dpage has one. */
    boolean in(long dpage, PageSize pageSize) {
        if (!any) {
            return false;
        }
        long first = dpage * pageSize.naturePages();
        Long bad = frames.ceiling(first);
        return bad != null && bad < first + pageSize.naturePages();
    }
}
