package org.dmemfs.vfio.type1;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** Consecutive frames, as gup takes them back. */
final class FrameRange extends AbstractList<Long> implements RandomAccess {
    private final long pfn;
    private final int frames;

    FrameRange(long pfn, long frames) {
        this.pfn = pfn;
        this.frames = Math.toIntExact(frames);
    }

    @Override
    public Long get(int index) {
        return pfn + Objects.checkIndex(index, frames);
    }

    @Override
    public int size() {
        return frames;
    }
}
