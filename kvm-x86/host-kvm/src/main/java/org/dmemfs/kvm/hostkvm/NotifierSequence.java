package org.dmemfs.kvm.hostkvm;

/**
 * Whether an MMU notifier ran while frames were looked up: then they are looked up again instead of being mapped. Written
 * under the lock of the windows.
 */
final class NotifierSequence {
    private long underWay;
    private volatile long sequence;

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

    boolean mustRetry(long read) {
        return underWay > 0 || sequence != read;
    }
}
