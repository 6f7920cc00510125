package org.dmemfs.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.jspecify.annotations.Nullable;

/**
 * An array of words outside the heap that starts as zeros: what the pool and its allocators count in. It is reserved in
 * full and takes memory piece by piece, when a word of a piece is first written, so that a region of 2^32 dpages costs
 * what is used of it. It is never memory that a guest or a task can have poisoned, so compare-and-set on it is safe.
 *
 * <p>Safe for any thread. {@link #close} is called once, when no other call is under way. A word is named by its index
 * and read as 4 or as 8 bytes; the two views overlap. An index outside the array is the caller's mistake and is
 * answered with an IndexOutOfBoundsException.
 */
public final class SparseWords implements AutoCloseable {
    private static final int PIECE_SHIFT = 16;
    private static final long PIECE_BYTES = 1L << PIECE_SHIFT;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle PIECE = MethodHandles.arrayElementVarHandle(MemorySegment[].class);

    private final Arena arena = Arena.ofShared();
    private final long bytes;
    private final @Nullable MemorySegment[] pieces;

    /**
     * Reserves words; nothing is allocated yet.
     *
     * @param bytes the array's length, a multiple of 8, at most 2^46
     * @throws ErrnoException ENOMEM where the length is out of range
     */
    public SparseWords(long bytes) {
        if (bytes < 0 || bytes > 1L << 46 || (bytes & 7) != 0) {
            throw new ErrnoException(Errno.ENOMEM,
                    "no table of " + bytes + " bytes can be had: accepted is a multiple of 8 up to 2^46");
        }
        this.bytes = bytes;
        this.pieces = new MemorySegment[(int) ((bytes + PIECE_BYTES - 1) >> PIECE_SHIFT)];
    }

    /**
     * The array's length.
     *
     * @return bytes, written or not
     */
    public long bytes() {
        return bytes;
    }

    /**
     * What the array costs now.
     *
     * @return bytes of the pieces that were written
     */
    public long touchedBytes() {
        long touched = 0;
        for (int piece = 0; piece < pieces.length; piece++) {
            MemorySegment present = present(piece);
            touched += present == null ? 0 : present.byteSize();
        }
        return touched;
    }

    /**
     * The first byte at or after a place that may be other than zero: a scan leaves out what was never written.
     *
     * @param offsetBytes where to begin, not negative
     * @return an offset in bytes, or {@link #bytes()} where only zeros follow
     */
    public long nextWritten(long offsetBytes) {
        long offset = offsetBytes;
        while (offset < bytes && present((int) (offset >> PIECE_SHIFT)) == null) {
            offset = ((offset >> PIECE_SHIFT) + 1) << PIECE_SHIFT;
        }
        return Math.min(offset, bytes);
    }

    /**
     * Reads 8 bytes, with no order.
     *
     * @param index of the 8-byte word
     * @return its value
     */
    public long getLong(long index) {
        MemorySegment piece = pieces[(int) (index >> (PIECE_SHIFT - 3))];
        return piece == null ? 0 : (long) LONG.get(piece, (index << 3) & (PIECE_BYTES - 1));
    }

    /**
     * Reads 8 bytes as they are now.
     *
     * @param index of the 8-byte word
     * @return its value
     */
    public long getLongVolatile(long index) {
        MemorySegment piece = present((int) (index >> (PIECE_SHIFT - 3)));
        return piece == null ? 0 : (long) LONG.getVolatile(piece, (index << 3) & (PIECE_BYTES - 1));
    }

    /**
     * Writes 8 bytes, with no order.
     *
     * @param index of the 8-byte word
     * @param value its value
     * @throws ErrnoException ENOMEM where the host has no memory for the piece
     */
    public void setLong(long index, long value) {
        LONG.set(piece((int) (index >> (PIECE_SHIFT - 3))), (index << 3) & (PIECE_BYTES - 1), value);
    }

    /**
     * Writes 8 bytes where they are as expected.
     *
     * @param index of the 8-byte word
     * @param expected what it must be
     * @param value what it becomes
     * @return whether it was written
     * @throws ErrnoException ENOMEM where the host has no memory for the piece
     */
    public boolean compareAndSetLong(long index, long expected, long value) {
        return LONG.compareAndSet(piece((int) (index >> (PIECE_SHIFT - 3))), (index << 3) & (PIECE_BYTES - 1),
                expected, value);
    }

    /**
     * Reads 4 bytes as they are now.
     *
     * @param index of the 4-byte word
     * @return its value
     */
    public int getIntVolatile(long index) {
        MemorySegment piece = present((int) (index >> (PIECE_SHIFT - 2)));
        return piece == null ? 0 : (int) INT.getVolatile(piece, (index << 2) & (PIECE_BYTES - 1));
    }

    /**
     * Looks at 64 neighbouring words of 4 bytes at once, with no order.
     *
     * @param index of the 64, which begin with the 4-byte word 64 * index
     * @param mask bits of a word, not negative
     * @return bit i is set where the word 64 * index + i has a bit of the mask; 0 for words behind the array
     */
    public long intsWith(long index, int mask) {
        long offset = index << 8;
        MemorySegment piece = present((int) (offset >> PIECE_SHIFT));
        if (piece == null) {
            return 0;
        }
        long at = offset & PIECE_BYTES - 1;
        int pairs = (int) Math.min(32, piece.byteSize() - at >> 3);
        long found = 0;
        for (int pair = 0; pair < pairs; pair++) {
            long both = (long) LONG.get(piece, at + ((long) pair << 3));
            long low = -(both & mask) >>> 63;
            long high = -(both >>> 32 & mask) >>> 63;
            found |= (low | high << 1) << 2 * pair;
        }
        return found;
    }

    /**
     * Writes 4 bytes, after all that was written before; the caller knows that no other thread writes them.
     *
     * @param index of the 4-byte word
     * @param value its value
     * @throws ErrnoException ENOMEM where the host has no memory for the piece
     */
    public void setIntRelease(long index, int value) {
        INT.setRelease(piece((int) (index >> (PIECE_SHIFT - 2))), (index << 2) & (PIECE_BYTES - 1), value);
    }

    /**
     * Writes 4 bytes where they are as expected.
     *
     * @param index of the 4-byte word
     * @param expected what it must be
     * @param value what it becomes
     * @return whether it was written
     * @throws ErrnoException ENOMEM where the host has no memory for the piece
     */
    public boolean compareAndSetInt(long index, int expected, int value) {
        return INT.compareAndSet(piece((int) (index >> (PIECE_SHIFT - 2))), (index << 2) & (PIECE_BYTES - 1),
                expected, value);
    }

    /**
     * Adds to 4 bytes.
     *
     * @param index of the 4-byte word
     * @param change what is added, with wrap-around
     * @throws ErrnoException ENOMEM where the host has no memory for the piece
     */
    public void addInt(long index, int change) {
        INT.getAndAdd(piece((int) (index >> (PIECE_SHIFT - 2))), (index << 2) & (PIECE_BYTES - 1), change);
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        arena.close();
    }

    private @Nullable MemorySegment present(int piece) {
        return (MemorySegment) PIECE.getAcquire(pieces, piece);
    }

    private MemorySegment piece(int index) {
        MemorySegment piece = pieces[index];
        return piece == null ? firstWrite(index) : piece;
    }

    private synchronized MemorySegment firstWrite(int index) {
        MemorySegment known = present(index);
        if (known != null) {
            return known;
        }
        try {
            MemorySegment piece = arena.allocate(Math.min(PIECE_BYTES, bytes - ((long) index << PIECE_SHIFT)), 64);
            PIECE.setRelease(pieces, index, piece);
            return piece;
        } catch (OutOfMemoryError exhausted) {
            throw new ErrnoException(Errno.ENOMEM, "the host has no memory for 64K of counters", exhausted);
        }
    }
}
