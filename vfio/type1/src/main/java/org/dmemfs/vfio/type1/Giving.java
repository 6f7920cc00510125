package org.dmemfs.vfio.type1;

import org.dmemfs.mm.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what frames of one map hold, in the order of the iova: dpages their references, pages their pins. Goes on
 * where one is refused, and tells of the first at the end.
 */
final class Giving {
    private final Surroundings surroundings;
    private final AddressSpace space;
    private final DpageHold hold;
    private @Nullable RuntimeException failure;

    Giving(Surroundings surroundings, AddressSpace space, DpageHold hold) {
        this.surroundings = surroundings;
        this.space = space;
        this.hold = hold;
    }

    void give(long pfn, long frames) {
        try {
            if (surroundings.pages().isDmem(pfn)) {
                hold.give(pfn, frames);
            } else if (surroundings.addressSpaces().pfnValid(pfn)) {
                space.unpinUserPages(new FrameRange(pfn, frames));
            }
        } catch (RuntimeException refused) {
            failure = failure == null ? refused : failure;
        }
    }

    void end() {
        if (failure != null) {
            throw failure;
        }
    }
}
