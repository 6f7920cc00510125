package org.dmemfs.reserve;

import java.util.BitSet;
import java.util.TreeMap;
import org.dmemfs.kernel.PageSize;

/**
 * Which memory of a machine has been in an owner's hands, by chunks of 2M. It belongs to the memory and not to who hands
 * it out, so that no restart of a pool lets memory reach another owner unzeroed. Safe for any thread.
 */
public final class WrittenMemory {
    private static final int CHUNK_SHIFT = PageSize.SIZE_2M.shift();
    private static final int CHUNKS_PER_TERABYTE_SHIFT = 40 - CHUNK_SHIFT;

    private final TreeMap<Long, BitSet> chunksByTerabyte = new TreeMap<>();

    /** Receives ranges of physical addresses. */
    @FunctionalInterface
    public interface RangeConsumer {
        /**
         * A range.
         *
         * @param startPhysicalAddress first byte
         * @param endPhysicalAddress first byte after it
         */
        void accept(long startPhysicalAddress, long endPhysicalAddress);
    }

    /** Memory that nobody has had. */
    public WrittenMemory() {
    }

    /**
     * A range has been in an owner's hands.
     *
     * @param startPhysicalAddress first byte
     * @param endPhysicalAddress first byte after it, above the first
     */
    public synchronized void mark(long startPhysicalAddress, long endPhysicalAddress) {
        for (long chunk = startPhysicalAddress >> CHUNK_SHIFT; chunk <= endPhysicalAddress
                - 1 >> CHUNK_SHIFT; chunk++) {
            chunksByTerabyte.computeIfAbsent(chunk >> CHUNKS_PER_TERABYTE_SHIFT, terabyte -> new BitSet())
                    .set((int) (chunk & (1L << CHUNKS_PER_TERABYTE_SHIFT) - 1));
        }
    }

    /**
     * The chunks that have been in an owner's hands.
     *
     * @param consumer gets each, ascending; must not mark
     */
    public synchronized void forEachChunk(RangeConsumer consumer) {
        chunksByTerabyte.forEach((terabyte, chunks) -> chunks.stream().forEach(chunk -> {
            long start = ((terabyte << CHUNKS_PER_TERABYTE_SHIFT) + chunk) << CHUNK_SHIFT;
            consumer.accept(start, start + (1L << CHUNK_SHIFT));
        }));
    }
}
