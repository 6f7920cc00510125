package org.dmemfs.mm.mm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The frames of 2M of RAM, and which of them are free. In at most one list of its node. Its node's lock guards it. */
final class FrameBlock {
    static final int FRAMES = Entries.ENTRIES_PER_TABLE;

    final long firstPfn;
    private final long[] free = new long[FRAMES / Long.SIZE];
    private int freeCount;
    @Nullable
    FrameBlock previous;
    @Nullable
    FrameBlock next;

    /** All free; fewer than {@link #FRAMES} where a range of RAM begins or ends within the 2M. */
    FrameBlock(long firstPfn, long startPfn, long endPfn) {
        this.firstPfn = firstPfn;
        for (long pfn = startPfn; pfn < endPfn; pfn++) {
            set(pfn);
        }
    }

    int freeCount() {
        return freeCount;
    }

    boolean isWhole() {
        return freeCount == FRAMES;
    }

    /** Takes the lowest free frame; there must be one. */
    long take() {
        int word = 0;
        while (free[word] == 0) {
            word++;
        }
        long pfn = firstPfn + word * (long) Long.SIZE + Long.numberOfTrailingZeros(free[word]);
        free[word] &= free[word] - 1;
        freeCount--;
        return pfn;
    }

    /** Takes all frames; all must be free. */
    void takeAll() {
        Arrays.fill(free, 0);
        freeCount = 0;
    }

    /** Takes all frames back; all must have been taken. */
    void giveAll() {
        if (freeCount != 0) {
            throw new IllegalStateException(
                    "frames of the block 0x" + Long.toHexString(firstPfn) + " are free already");
        }
        Arrays.fill(free, -1);
        freeCount = FRAMES;
    }

    void give(long pfn) {
        if ((free[(int) (pfn - firstPfn) / Long.SIZE] >>> (pfn - firstPfn) & 1) != 0) {
            throw new IllegalStateException("the frame 0x" + Long.toHexString(pfn) + " is free already");
        }
        set(pfn);
    }

    private void set(long pfn) {
        free[(int) (pfn - firstPfn) / Long.SIZE] |= 1L << (pfn - firstPfn);
        freeCount++;
    }
}
