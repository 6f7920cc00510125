package org.dmemfs.vfio;

import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** A container: the maps of one IOMMU domain (type1). Safe for any thread. */
@ProviderType
public interface Container extends AutoCloseable {
    /**
     * Its name.
     *
     * @return as given when it was opened
     */
    String name();

    /**
     * {@code VFIO_IOMMU_MAP_DMA}: pins the memory and maps it.
     *
     * @param iova first address that the device sees, a multiple of 4K
     * @param virtualAddress first address in the task, a multiple of 4K
     * @param bytes length, a multiple of 4K, above 0
     * @param permissions at least one
     * @throws ErrnoException EINVAL for arguments that do not fit, EEXIST where the iova range overlaps a map, ENOSPC where
     *         65,535 maps exist, EFAULT where memory cannot be had or a device that writes is given a read-only mapping
     *         (patch 25), ENODEV once closed. Nothing stays mapped or referenced after a failure
     */
    void mapDma(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions);

    /**
     * {@code VFIO_IOMMU_UNMAP_DMA}: unmaps every map that lies within a range and gives its references back.
     *
     * @param iova first address
     * @param bytes length
     * @return how many bytes were unmapped
     * @throws ErrnoException EINVAL where the range would cut a map in two, ENODEV once closed
     */
    long unmapDma(long iova, long bytes);

    /**
     * The maps.
     *
     * @return by iova
     */
    List<DmaMap> maps();

    /**
     * The device.
     *
     * @return its DMA engine
     */
    DmaEngine engine();

    /** Closes it: every map goes. Idempotent. */
    @Override
    void close();
}
