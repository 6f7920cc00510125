package org.dmemfs.kvm.tdp;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether an MMU notifier ran while a frame was looked up ({@code mmu_notifier_count} and {@code mmu_notifier_seq}): then
 * the answer may be old, and the lookup is done again. Written under the mmu lock.
 */
final class NotifierSequence {
    private long underWay;
    private final AtomicLong sequence = new AtomicLong();

    /** To be read before the lookup. */
    long read() {
        return sequence.get();
    }

    void begin() {
        underWay++;
    }

    void end() {
        sequence.incrementAndGet();
        underWay--;
    }

    /** Whether what was looked up since {@link #read} may be old. */
    boolean mustRetry(long read) {
        return underWay > 0 || sequence.get() != read;
    }
}
