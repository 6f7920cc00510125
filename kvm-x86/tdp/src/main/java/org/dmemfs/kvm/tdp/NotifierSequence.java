package org.dmemfs.kvm.tdp;

/**
 * Whether an MMU notifier ran while a frame was looked up ({@code mmu_notifier_count} and {@code mmu_notifier_seq}): then
 * the answer may be old, and the lookup is done again. Written under the mmu lock.
 */
final class NotifierSequence {
    private long underWay;
    private volatile long sequence;

    /** To be read before the lookup. */
    long read() {
        return sequence;
    }

    void begin() {
        underWay++;
    }

    void end() {
        sequence = sequence + 1;
        underWay--;
    }

    /** Whether what was looked up since {@link #read} may be old. */
    boolean mustRetry(long read) {
        return underWay > 0 || sequence != read;
    }
}
