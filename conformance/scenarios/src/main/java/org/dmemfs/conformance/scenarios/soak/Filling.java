package org.dmemfs.conformance.scenarios.soak;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a 4K page holds: 512 words, each so much more than the one before. A guest's program stores the same word 512 times.
 *
 * @param first the first word
 * @param step what the next has more
 */
record Filling(long first, long step) {
    static final Filling ZERO = new Filling(0, 0);
    static final int BYTES = 4096;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    void writeTo(MemorySegment page) {
        long word = first;
        for (long offset = 0; offset < BYTES; offset += Long.BYTES) {
            page.set(WORD, offset, word);
            word += step;
        }
    }

    /** The first word that is another, or -1. */
    long firstDifference(MemorySegment page, long start) {
        long word = first;
        for (long offset = 0; offset < BYTES; offset += Long.BYTES) {
            if (page.get(WORD, start + offset) != word) {
                return offset;
            }
            word += step;
        }
        return -1;
    }

    static long wordAt(MemorySegment page, long offset) {
        return page.get(WORD, offset);
    }
}
