package org.dmemfs.reserve;

/**
 * A range of physical addresses of one kind on one node.
 *
 * @param startPhysicalAddress first byte
 * @param endPhysicalAddress first byte after it
 * @param node the NUMA node, or -1 where none is known (devices, holes)
 * @param kind what the frames are
 * @param name as the source of the map calls it, such as System RAM
 */
public record MemoryRange(long startPhysicalAddress, long endPhysicalAddress, int node, FrameKind kind, String name) {
    /**
     * The length.
     *
     * @return bytes
     */
    public long bytes() {
        return endPhysicalAddress - startPhysicalAddress;
    }
}
