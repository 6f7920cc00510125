package org.dmemfs.vfio;

import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.Task;
import org.osgi.annotation.versioning.ProviderType;

/** The VFIO subsystem. A service; safe for any thread. */
@ProviderType
public interface Vfio {
    /**
     * Opens a container with one device, its DMA engine, behind an IOMMU of its own.
     *
     * @param name for people
     * @param task whose memory it maps
     * @return the container
     * @throws ErrnoException ENODEV where the subsystem has been stopped
     */
    Container open(String name, Task task);

    /**
     * The open containers.
     *
     * @return in the order of opening
     */
    List<Container> containers();
}
