package org.dmemfs.mm.mm;

import java.util.concurrent.atomic.LongAdder;
import org.dmemfs.mm.MappingCounts;

/** What the faults of an address space have come to. */
final class FaultCounters {
    private final LongAdder pudFaults = new LongAdder();
    private final LongAdder pmdFaults = new LongAdder();
    private final LongAdder pteFaults = new LongAdder();
    private final LongAdder spuriousFaults = new LongAdder();
    private final LongAdder mapped4K = new LongAdder();
    private final LongAdder mapped2M = new LongAdder();
    private final LongAdder mapped1G = new LongAdder();

    void fault(int shift) {
        (shift == Entries.PUD_SHIFT ? pudFaults : shift == Entries.PMD_SHIFT ? pmdFaults : pteFaults).increment();
    }

    void spurious() {
        spuriousFaults.increment();
    }

    void mapped(int shift, long count) {
        (shift == Entries.PUD_SHIFT ? mapped1G : shift == Entries.PMD_SHIFT ? mapped2M : mapped4K).add(count);
    }

    MappingCounts counts(long pageTablePages) {
        return new MappingCounts(pudFaults.sum(), pmdFaults.sum(), pteFaults.sum(), spuriousFaults.sum(),
                pageTablePages, mapped4K.sum(), mapped2M.sum(), mapped1G.sum());
    }
}
