package org.dmemfs.vfio.type1;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.KernelLog.Level;

/**
 * What the 4-byte count of a dpage would hold as posted, where each 4K frame of each map adds one (12.2.18). Kept here and
 * added to by run, so that the overflow can be reached; the pool itself counts one per dpage and map.
 */
final class PostedCounts {
    /** The allocator's own reference. */
    private static final long INITIAL = 1;

    private final ConcurrentMap<Long, Long> countByFirstPfn = new ConcurrentHashMap<>();
    private final KernelLog log;

    PostedCounts(KernelLog log) {
        this.log = log;
    }

    void add(long firstPfnOfDpage, long frames) {
        while (true) {
            Long known = countByFirstPfn.get(firstPfnOfDpage);
            long before = known == null ? INITIAL : known;
            if (before + frames > Integer.MAX_VALUE) {
                log.print(Level.ALERT,
                        "kernel BUG: get_dmem_pfn: the reference count of the dpage at pfn 0x%x overflows"
                                .formatted(firstPfnOfDpage));
                log.print(Level.ALERT, "RIP: 0010:get_dmem_pfn");
                throw new ErrnoException(Errno.EFAULT,
                        "the kernel oopsed in get_dmem_pfn: the dpage at pfn 0x%x has %d references, %d more overflow"
                                .formatted(firstPfnOfDpage, before, frames));
            }
            if (known == null
                    ? countByFirstPfn.putIfAbsent(firstPfnOfDpage, before + frames) == null
                    : countByFirstPfn.replace(firstPfnOfDpage, known, before + frames)) {
                return;
            }
        }
    }

    void subtract(long firstPfnOfDpage, long frames) {
        countByFirstPfn.computeIfPresent(firstPfnOfDpage,
                (pfn, before) -> before - frames <= INITIAL ? null : before - frames);
    }
}
