package org.dmemfs.kvm.tdp;

/** Which pages of 4K of a slot were stored to. Guarded by the mmu lock. */
final class DirtyBitmap {
    private final long firstPage;
    private long[] words;

    DirtyBitmap(long guestPhysicalAddress, long bytes) {
        firstPage = guestPhysicalAddress >> 12;
        words = new long[(int) ((bytes >> 12) + Long.SIZE - 1 >> 6)];
    }

    void mark(long guestPhysicalAddress) {
        long page = (guestPhysicalAddress >> 12) - firstPage;
        words[(int) (page >> 6)] |= 1L << page;
    }

    /** What was marked; from now on nothing is. */
    long[] take() {
        long[] taken = words;
        words = new long[taken.length];
        return taken;
    }

    long addressOf(int word, int bit) {
        return firstPage + 64L * word + bit << 12;
    }
}
