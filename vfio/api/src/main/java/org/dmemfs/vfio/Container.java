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
     * @param iova first address that the device sees, a multiple of 4K; the range within 48 bits and outside what x86 keeps
     *        for interrupts
     * @param virtualAddress first address in the task, a multiple of 4K
     * @param bytes length, a multiple of 4K, above 0
     * @param permissions at least one
     * @throws ErrnoException EINVAL for arguments that do not fit, EEXIST where the iova range overlaps a map, ENOSPC where
     *         65,535 maps exist, EFAULT where memory cannot be had or a device that writes is given a read-only mapping
     *         (patch 25), ENOMEM where RLIMIT_MEMLOCK does not allow what of it has a {@code struct page}, EHWPOISON
     *         where a page is bad, ERANGE where a dpage has as many references as can be counted, ENODEV once closed or
     *         where the task has exited. Nothing stays mapped or referenced after a failure
     */
    void mapDma(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions);

    /**
     * {@code VFIO_IOMMU_UNMAP_DMA}: unmaps every map that lies within a range and gives its references back.
     *
     * @param iova first address
     * @param bytes length
     * @return how many bytes were unmapped
     * @throws ErrnoException EINVAL where the range would cut a map in two or is not made of 4K pages, ENODEV once closed
     */
    long unmapDma(long iova, long bytes);

    /**
     * What a map would take, before it is tried. Nothing is faulted in, pinned or counted.
     *
     * @param iova as for {@link #mapDma}
     * @param virtualAddress as for {@link #mapDma}
     * @param bytes as for {@link #mapDma}
     * @param permissions as for {@link #mapDma}
     * @return what it would take
     * @throws ErrnoException EINVAL for arguments that do not fit, EFAULT where the task maps nothing there or not for
     *         writing, ENODEV once closed or where the task has exited
     */
    DmaNeeds needs(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions);

    /**
     * The maps.
     *
     * @return by iova
     * @throws ErrnoException ENODEV once closed
     */
    List<DmaMap> maps();

    /**
     * Where maps and their files have come apart. Found by asking the task's page table: memory that the task has not
     * touched since is not known to be other memory.
     *
     * @return by iova
     * @throws ErrnoException ENODEV once closed
     */
    List<StaleDpage> staleDpages();

    /**
     * The bad frames that the device can reach.
     *
     * @return by iova
     * @throws ErrnoException ENODEV once closed
     */
    List<PoisonedEntry> poisonedEntries();

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
