package org.dmemfs.felix.commands.tour;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.dmemfs.kvm.FillPattern;

/**
 * What the guest writes: every page of 4K but the last, which has the code, full of a number of its own.
 *
 * @param bytes how much the guest fills, a multiple of 4K
 */
record TourPattern(long bytes) {
    private static final int PAGE_BYTES = 4096;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final long SEED = 0x646D656D66730001L;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Reads a part of the memory that should have the pattern. */
    interface Source {
        void read(long offset, MemorySegment target);
    }

    static TourPattern of(long memoryBytes) {
        return new TourPattern(memoryBytes - PAGE_BYTES);
    }

    /** Where the code lies: behind the pattern. */
    long codeOffset() {
        return bytes;
    }

    FillPattern program() {
        return new FillPattern(0, bytes / PAGE_BYTES, SEED);
    }

    /**
     * Reads everything back.
     *
     * @param source the memory
     * @throws TourFailure where a byte is not the guest's
     */
    void verify(Source source) {
        FillPattern program = program();
        MemorySegment expected = MemorySegment.ofArray(new byte[CHUNK_BYTES]);
        MemorySegment actual = MemorySegment.ofArray(new byte[CHUNK_BYTES]);
        for (long offset = 0; offset < bytes; offset += CHUNK_BYTES) {
            long length = Math.min(CHUNK_BYTES, bytes - offset);
            source.read(offset, actual.asSlice(0, length));
            for (long inChunk = 0; inChunk < length; inChunk += Long.BYTES) {
                expected.set(LONG, inChunk, program.valueOfPage((offset + inChunk) / PAGE_BYTES));
            }
            long differs = MemorySegment.mismatch(expected, 0, length, actual, 0, length);
            TourFailure.unless(differs < 0,
                    "byte 0x%x of the file is not what the guest stored".formatted(offset + differs));
        }
    }
}
