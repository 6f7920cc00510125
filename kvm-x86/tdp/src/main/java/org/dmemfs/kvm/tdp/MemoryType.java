package org.dmemfs.kvm.tdp;

/** How a processor may cache a frame, with its encoding in a second-level entry. */
enum MemoryType {
    /** UC, as device registers need. */
    UNCACHEABLE(0),
    /** WB, as RAM wants. */
    WRITE_BACK(6);

    private final int encoding;

    MemoryType(int encoding) {
        this.encoding = encoding;
    }

    int encoding() {
        return encoding;
    }
}
