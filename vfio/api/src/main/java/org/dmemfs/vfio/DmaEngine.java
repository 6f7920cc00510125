package org.dmemfs.vfio;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** A device that moves bytes and knows only what its IOMMU table tells it. Safe for any thread. */
@ProviderType
public interface DmaEngine {
    /**
     * The device reads memory.
     *
     * @param iova first address
     * @param target where the bytes go
     * @throws ErrnoException EFAULT where an address is not mapped for reading (an IOMMU fault), EHWPOISON where a frame is
     *         bad; what lies before has been read
     */
    void read(long iova, MemorySegment target);

    /**
     * The device writes memory.
     *
     * @param iova first address
     * @param source where the bytes come from
     * @throws ErrnoException as {@link #read}, for writing
     */
    void write(long iova, MemorySegment source);
}
