package org.dmemfs.schemes;

/**
 * A range of physical addresses on one node.
 *
 * @param startPhysicalAddress its first byte
 * @param bytes its length
 * @param node the node id
 */
public record Extent(long startPhysicalAddress, long bytes, int node) {
    /**
     * Its end.
     *
     * @return the first physical address after it
     */
    public long endPhysicalAddress() {
        return startPhysicalAddress + bytes;
    }
}
