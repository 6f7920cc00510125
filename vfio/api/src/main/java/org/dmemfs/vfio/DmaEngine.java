package org.dmemfs.vfio;

import java.lang.foreign.MemorySegment;
import java.util.List;
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
     *         bad; what lies before has been read. EINVAL where the target cannot be written by this thread, ENODEV once
     *         the container is closed
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

    /**
     * The device reads stretches of memory, one after the other.
     *
     * @param list the stretches
     * @param target where the bytes go, together as long as the stretches
     * @throws ErrnoException as {@link #read}, and EINVAL where the target has another length
     */
    void gather(List<ScatterEntry> list, MemorySegment target);

    /**
     * The device writes stretches of memory, one after the other.
     *
     * @param list the stretches
     * @param source where the bytes come from, together as long as the stretches
     * @throws ErrnoException as {@link #gather}, for writing
     */
    void scatter(List<ScatterEntry> list, MemorySegment source);
}
