package org.dmemfs.linux;

import java.util.Set;

/**
 * A mapping of a {@link HostAddressSpace}, as {@code /proc/self/maps} shows it.
 *
 * @param offset where it starts in the address space, in bytes
 * @param bytes its length
 * @param protection what is allowed
 * @param shared whether stores are seen by all who map the file
 * @param fileOffset first byte of the file; 0 for private anonymous memory
 */
public record HostMapping(long offset, long bytes, Set<HostProtection> protection, boolean shared, long fileOffset) {
    /** Copies the set. */
    public HostMapping {
        protection = Set.copyOf(protection);
    }
}
