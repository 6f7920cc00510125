package org.dmemfs.conformance.scenarios.soak;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.PhysicalMemory;

/**
 * Holds the bytes of dpages to what the model knows, by the direct map. Of a dpage of 1G, which is too much to be looked at
 * after every step, it looks at what somebody has stored and at a few other pages. Used by one thread.
 */
final class DpageBytes {
    private static final int PAGES_AT_MOST = 512;
    private static final int SAMPLES = 32;

    private final PhysicalMemory memory;
    private final int pages;
    private final Random random;
    private final MemorySegment buffer;

    DpageBytes(PhysicalMemory memory, PageSize pageSize, long seed) {
        this.memory = memory;
        this.pages = (int) pageSize.naturePages();
        this.random = new Random(seed);
        this.buffer = MemorySegment
                .ofArray(new long[Math.min(pages, PAGES_AT_MOST) * (Filling.BYTES / Long.BYTES)]);
    }

    void check(Dpage dpage) {
        if (pages <= PAGES_AT_MOST && !dpage.hasBad()) {
            memory.bytes().copyOut(dpage.firstPfn() << 12, buffer, 0, (long) pages << 12);
            for (int page = 0; page < pages; page++) {
                compare(dpage, page, (long) page << 12);
            }
        } else if (pages <= PAGES_AT_MOST) {
            for (int page = 0; page < pages; page++) {
                checkPage(dpage, page);
            }
        } else {
            dpage.filledPages().forEach(page -> checkPage(dpage, page));
            for (int sample = 0; sample < SAMPLES; sample++) {
                checkPage(dpage, random.nextInt(pages));
            }
        }
    }

    private void checkPage(Dpage dpage, int page) {
        if (!dpage.isBad(page)) {
            memory.bytes().copyOut(dpage.firstPfn() + page << 12, buffer, 0, Filling.BYTES);
            compare(dpage, page, 0);
        }
    }

    private void compare(Dpage dpage, int page, long place) {
        Filling filling = dpage.filling(page);
        long difference = filling.firstDifference(buffer, place);
        BrokenRule.unless(difference < 0, "pfn 0x%x has 0x%x at byte %d, and its owner's is 0x%x",
                dpage.firstPfn() + page, difference < 0 ? 0 : Filling.wordAt(buffer, place + difference), difference,
                filling.first() + difference / Long.BYTES * filling.step());
    }
}
