package org.dmemfs.vfio;

import java.util.Set;

/**
 * A DMA map.
 *
 * @param iova first address that the device sees
 * @param virtualAddress first address in the task
 * @param bytes length
 * @param permissions what the device may do
 * @param entries4K IOMMU entries of 4K
 * @param entries2M IOMMU entries of 2M
 * @param entries1G IOMMU entries of 1G
 * @param references references on dpages that the map holds
 */
public record DmaMap(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions, long entries4K,
        long entries2M, long entries1G, long references) {
    /** Copies the set. */
    public DmaMap {
        permissions = Set.copyOf(permissions);
    }
}
