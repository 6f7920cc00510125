package org.dmemfs.kvm.hostkvm;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether an MMU notifier ran while frames were looked up: then they are looked up again instead of being mapped. Written
 * under the lock of the windows.
 */
final class NotifierSequence {
    private long underWay;
    private final AtomicLong sequence = new AtomicLong();

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

    boolean mustRetry(long read) {
        return underWay > 0 || sequence.get() != read;
    }
}
