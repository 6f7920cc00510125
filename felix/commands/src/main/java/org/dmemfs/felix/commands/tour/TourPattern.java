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
        MemorySegment chunk = MemorySegment.ofArray(new byte[CHUNK_BYTES]);
        for (long offset = 0; offset < bytes; offset += CHUNK_BYTES) {
            long length = Math.min(CHUNK_BYTES, bytes - offset);
            source.read(offset, chunk.asSlice(0, length));
            for (long page = 0; page < length; page += PAGE_BYTES) {
                long differs = differs(chunk, page, program.valueOfPage((offset + page) / PAGE_BYTES));
                if (differs >= 0) {
                    throw new TourFailure("byte 0x%x of the file is not what the guest stored"
                            .formatted(offset + page + differs));
                }
            }
        }
    }

    /** The first byte of a page that is not of a number, or -1: where the first word is the number, each must equal the next. */
    private static long differs(MemorySegment chunk, long page, long number) {
        long inFirstWord = chunk.get(LONG, page) ^ number;
        if (inFirstWord != 0) {
            return Long.numberOfTrailingZeros(inFirstWord) / Byte.SIZE;
        }
        long inNextWords = MemorySegment.mismatch(chunk, page, page + PAGE_BYTES - Long.BYTES, chunk,
                page + Long.BYTES, page + PAGE_BYTES);
        return inNextWords < 0 ? -1 : inNextWords + Long.BYTES;
    }
}
