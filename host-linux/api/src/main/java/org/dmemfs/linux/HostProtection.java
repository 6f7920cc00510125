package org.dmemfs.linux;

/** What a {@link HostAddressSpace} allows on a mapping: the {@code PROT_} bits but for execution. */
public enum HostProtection {
    /** Loads. */
    READ,
    /** Stores. */
    WRITE
}
