package org.dmemfs.reserve;

/**
 * A range that {@code dmem=} took: on one node, both ends multiples of the alignment, no {@code struct page} inside
 * (patch 02, {@code dmem_region}).
 *
 * @param node the NUMA node
 * @param startPhysicalAddress first byte
 * @param endPhysicalAddress first byte after it
 */
public record DmemRegion(int node, long startPhysicalAddress, long endPhysicalAddress) {
    /**
     * The length.
     *
     * @return bytes
     */
    public long bytes() {
        return endPhysicalAddress - startPhysicalAddress;
    }

    /**
     * Whether a frame lies in the region.
     *
     * @param pfn a page frame number of 4K frames
     * @return true where it does
     */
    public boolean contains(long pfn) {
        return pfn >= startPhysicalAddress >> 12 && pfn < endPhysicalAddress >> 12;
    }
}
