package org.dmemfs.vfio.type1;

import java.util.Objects;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.DmaPermission;

/**
 * What a map shall be; what can be said of it without looking at anything else is checked.
 *
 * @param iova first address that the device sees
 * @param virtualAddress first address in the task
 * @param bytes length
 * @param permissions what the device may do
 */
record MapRequest(long iova, long virtualAddress, long bytes, Set<DmaPermission> permissions) {
    MapRequest {
        if (permissions == null || permissions.isEmpty() || permissions.stream().anyMatch(Objects::isNull)) {
            throw invalid("a map without permission is not accepted: READ, WRITE or both are");
        }
        permissions = Set.copyOf(permissions);
        long smallest = PageSize.SIZE_4K.bytes();
        if (bytes <= 0 || bytes % smallest != 0) {
            throw invalid("%d bytes are not a positive multiple of the IOMMU's smallest page, 4K".formatted(bytes));
        }
        if (iova % smallest != 0 || virtualAddress % smallest != 0) {
            throw invalid("iova 0x%x and virtual address 0x%x are not both multiples of the IOMMU's smallest page, 4K"
                    .formatted(iova, virtualAddress));
        }
        if (virtualAddress < 0 || virtualAddress + bytes < 0) {
            throw invalid("%d bytes at virtual address 0x%x are not a range of a task".formatted(bytes,
                    virtualAddress));
        }
    }

    /** Whether the IOMMU can translate it ({@code vfio_iommu_iova_dma_valid}). */
    void requireTranslatable() {
        if (iova < 0 || bytes > (1L << IoPageTable.ADDRESS_BITS) || iova + bytes > 1L << IoPageTable.ADDRESS_BITS) {
            throw invalid("%d bytes at iova 0x%x are not within the IOMMU's %d bits".formatted(bytes, iova,
                    IoPageTable.ADDRESS_BITS));
        }
        InterruptWindow.requireOutside(iova, bytes);
    }

    long end() {
        return iova + bytes;
    }

    long virtualEnd() {
        return virtualAddress + bytes;
    }

    boolean deviceWrites() {
        return permissions.contains(DmaPermission.WRITE);
    }

    private static ErrnoException invalid(String sentence) {
        return new ErrnoException(Errno.EINVAL, sentence);
    }
}
