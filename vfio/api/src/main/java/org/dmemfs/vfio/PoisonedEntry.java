package org.dmemfs.vfio;

/**
 * A bad frame within reach of a device: its IOMMU entry stays in place, and a transfer that comes to it ends with EHWPOISON.
 *
 * @param iova first address of the frame
 * @param pfn the frame
 */
public record PoisonedEntry(long iova, long pfn) {
}
