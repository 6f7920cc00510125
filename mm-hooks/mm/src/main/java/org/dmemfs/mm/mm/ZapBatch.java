package org.dmemfs.mm.mm;

import java.util.Arrays;

/** What a zap took out and may give back only after the shoot-down ({@code mmu_gather}). */
final class ZapBatch {
    private final MemoryDescriptor space;
    private final AnonymousMemory anonymous;
    private long[] pages = new long[16];
    private int pageCount;
    private long[] tables = new long[16];
    private int tableCount;
    private boolean flush;

    ZapBatch(MemoryDescriptor space, AnonymousMemory anonymous) {
        this.space = space;
        this.anonymous = anonymous;
    }

    void entryGone(int shift) {
        flush = true;
        space.counters().mapped(shift, -1);
    }

    void page(long pfn) {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, pageCount * 2);
        }
        pages[pageCount++] = pfn;
    }

    void hugePage(long firstPfn) {
        for (long pfn = firstPfn; pfn < firstPfn + FrameBlock.FRAMES; pfn++) {
            page(pfn);
        }
    }

    void table(long pfn) {
        flush = true;
        if (tableCount == tables.length) {
            tables = Arrays.copyOf(tables, tableCount * 2);
        }
        tables[tableCount++] = pfn;
    }

    /** Shoots down, then gives everything back. */
    void finish() {
        if (flush) {
            space.processors().shootDown();
        }
        for (int index = 0; index < pageCount; index++) {
            anonymous.release(pages[index]);
        }
        for (int index = 0; index < tableCount; index++) {
            space.pageTable().memory().release(tables[index]);
        }
        space.pageTable().pagesReleased(tableCount);
    }
}
