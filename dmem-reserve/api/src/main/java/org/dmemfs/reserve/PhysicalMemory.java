package org.dmemfs.reserve;

import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All RAM of a machine. The kernel's part is always simulated; what stands behind the dmem regions is the provider's
 * choice, and always a shared descriptor. Reads as zero where nothing was written. A service; safe for any thread.
 */
@ProviderType
public interface PhysicalMemory {
    /**
     * What stands behind the dmem regions.
     *
     * @return the backing
     */
    MemoryBacking backing();

    /**
     * What the provider got, read back from the host, for people.
     *
     * @return one line
     */
    String description();

    /**
     * What the dmem regions cost the host now, read back.
     *
     * @return bytes
     * @throws ErrnoException ENODEV where the machine has gone
     */
    long hostBytes();

    /**
     * The direct map.
     *
     * @return all bytes of RAM by physical address
     */
    PhysicalBytes bytes();

    /**
     * Where frames lie on the host.
     *
     * @param pfn the first frame
     * @param count how many, at least 1
     * @return one range that has them all
     * @throws ErrnoException EINVAL where the frames are not all RAM behind one descriptor, ENODEV where the machine has
     *         gone
     */
    HostRange hostRange(long pfn, long count);

    /**
     * A frame goes bad: from now on reading it is a machine check. Nobody is told; telling is the machine-check handler's
     * part. Where the host can take no less than a larger page, all frames of that page go bad.
     *
     * @param pfn the frame
     * @return false where it was bad already
     * @throws ErrnoException ENXIO where the frame is not RAM
     */
    boolean poison(long pfn);

    /**
     * Whether a dmem frame that goes bad is bad for the host too, so that whoever maps it, a real guest above all, meets the
     * host's own error.
     *
     * @return false where the model alone knows of it
     */
    default boolean poisonIsReal() {
        return false;
    }

    /**
     * The bad frames.
     *
     * @return shared with {@link #bytes()}
     */
    PoisonedFrames poisoned();
}
