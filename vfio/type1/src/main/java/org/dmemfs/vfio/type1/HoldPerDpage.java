package org.dmemfs.vfio.type1;

import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.Patch;

/**
 * One reference for each dpage that a map comes to. 12.2.18: as posted it is one for each 4K frame, and a count that maps
 * of 1G dpages overflow.
 */
@Patch(v2 = 36)
final class HoldPerDpage implements DpageHold {
    private static final long NONE = -1;

    private final DmemPages pages;
    private final int shift;
    private long current = NONE;
    private long before = NONE;
    private long lastPfn;
    private long lastFrames;

    HoldPerDpage(DmemPages pages, int framesShift) {
        this.pages = pages;
        this.shift = framesShift;
    }

    @Override
    public long take(long pfn, long frames) {
        long first = firstNew(pfn);
        long last = pfn + frames - 1 >> shift;
        for (long dpage = first; dpage <= last; dpage++) {
            try {
                pages.get(frameIn(dpage, pfn));
            } catch (RuntimeException refused) {
                for (long taken = first; taken < dpage; taken++) {
                    pages.put(frameIn(taken, pfn));
                }
                throw refused;
            }
        }
        lastPfn = pfn;
        lastFrames = frames;
        before = current;
        current = last;
        return last - first + 1;
    }

    @Override
    public void undo() {
        current = before;
        putFrom(firstNew(lastPfn), lastPfn, lastFrames);
    }

    @Override
    public void give(long pfn, long frames) {
        long first = firstNew(pfn);
        current = pfn + frames - 1 >> shift;
        putFrom(first, pfn, frames);
    }

    /** A dpage that goes on from one run into the next has its reference already. */
    private long firstNew(long pfn) {
        long dpage = pfn >> shift;
        return dpage == current ? dpage + 1 : dpage;
    }

    private void putFrom(long first, long pfn, long frames) {
        RuntimeException failure = null;
        for (long dpage = first; dpage <= pfn + frames - 1 >> shift; dpage++) {
            try {
                pages.put(frameIn(dpage, pfn));
            } catch (RuntimeException refused) {
                // the others are given back all the same
                failure = failure == null ? refused : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private long frameIn(long dpage, long firstPfnOfRun) {
        return Math.max(dpage << shift, firstPfnOfRun);
    }
}
