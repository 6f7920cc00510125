package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.Task;

/** How a map holds its dpages; fixed when it is made, so that it gives back what it took whatever is configured later. */
record HoldRule(Kind kind, PageSize dpageSize) {
    /** What a reference stands for. */
    enum Kind {
        /** A dpage of a map. */
        PER_DPAGE,
        /** A 4K frame of a map. */
        PER_FRAME,
        /** Nothing. */
        NONE
    }

    static HoldRule of(Surroundings surroundings, Settings settings) {
        PageSize dpageSize = surroundings.pages().pageSize().orElse(PageSize.SIZE_4K);
        if (settings.series() == SeriesVersion.V1 || !settings.has(36)) {
            return new HoldRule(Kind.NONE, dpageSize);
        }
        return new HoldRule(settings.series() == SeriesVersion.V2 ? Kind.PER_FRAME : Kind.PER_DPAGE, dpageSize);
    }

    DpageHold begin(Surroundings surroundings, Task task) {
        if (kind == Kind.NONE) {
            return new NoHold();
        }
        int framesShift = dpageSize.shift() - PageSize.SIZE_4K.shift();
        HoldPerDpage perDpage = new HoldPerDpage(surroundings.pages(), framesShift);
        return kind == Kind.PER_DPAGE
                ? perDpage
                : new HoldPerFrame(perDpage, surroundings.posted(), task, framesShift);
    }
}
