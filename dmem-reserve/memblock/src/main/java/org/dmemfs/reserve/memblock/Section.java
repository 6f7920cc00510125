package org.dmemfs.reserve.memblock;

/** The sparse memory section of x86-64: the unit in which {@code struct page}s are made or not made. */
final class Section {
    static final long BYTES = 1L << 27;
    /** The physical addresses of x86-64 have 52 bits. */
    static final long ADDRESS_LIMIT = 1L << 52;
    static final long FRAME_BYTES = 1L << 12;

    private Section() {
    }

    static long alignDown(long value, long align) {
        return value & -align;
    }

    static long alignUp(long value, long align) {
        return value + align - 1 & -align;
    }
}
