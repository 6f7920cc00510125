package org.dmemfs.vfio;

/**
 * What a map would take, found without taking it: at most so much. Memory that is not there yet is counted as dpages of
 * which no two follow each other, memory with a {@code struct page} in entries of 4K.
 *
 * @param entries4K IOMMU entries of 4K
 * @param entries2M IOMMU entries of 2M
 * @param entries1G IOMMU entries of 1G
 * @param references references on dpages
 * @param absentBytes what would be faulted in
 * @param memlockBytes what counts against RLIMIT_MEMLOCK: memory with a {@code struct page}
 * @param memlockLeftBytes what the limit still allows the task; {@link Long#MAX_VALUE} without a limit
 * @param mapsLeft how many maps the container can still have
 */
public record DmaNeeds(long entries4K, long entries2M, long entries1G, long references, long absentBytes,
        long memlockBytes, long memlockLeftBytes, int mapsLeft) {
    /**
     * Whether the limits allow it. Memory may still be lacking.
     *
     * @return false where the map would end in ENOMEM for RLIMIT_MEMLOCK, or in ENOSPC
     */
    public boolean isWithinLimits() {
        return memlockBytes <= memlockLeftBytes && mapsLeft > 0;
    }
}
