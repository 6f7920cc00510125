package org.dmemfs.fs.fs;

import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;

/**
 * How many dpages the files of a mount may keep together: the option {@code size=}, beyond the series, where any writer
 * of a mount can exhaust the pool (defect 12.2.14).
 */
final class Quota {
    private final String target;
    private final PageSize pageSize;
    private final long limit;
    private final AtomicLong charged = new AtomicLong();

    Quota(String target, PageSize pageSize, long limitBytes) {
        this.target = target;
        this.pageSize = pageSize;
        this.limit = limitBytes >>> pageSize.shift();
    }

    long limit() {
        return limit;
    }

    long left() {
        return limit - charged.get();
    }

    void charge(long dpages) {
        long before;
        do {
            before = charged.get();
            if (dpages > limit - before) {
                throw new ErrnoException(Errno.ENOSPC,
                        target + " is full: its files keep " + before + " of the " + limit
                                + " dpages of " + pageSize.label() + " that size="
                                + MemorySize.format(limit * pageSize.bytes())
                                + " allows, and " + dpages + " more " + (dpages == 1 ? "is" : "are") + " wanted");
            }
        } while (!charged.compareAndSet(before, before + dpages));
    }

    void refund(long dpages) {
        charged.addAndGet(-dpages);
    }
}
