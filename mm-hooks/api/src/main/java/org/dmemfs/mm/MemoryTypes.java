package org.dmemfs.mm;

import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which memory type a frame has, for the whole kernel: {@code lookup_memtype}, {@code memtype_reserve} and
 * {@code memtype_free} (patch 04). Safe for any thread.
 */
@ProviderType
public interface MemoryTypes {
    /**
     * The type of a frame.
     *
     * @param current on whose behalf; killed where the kernel oopses, as on dmem without patch 04
     * @param pfn the frame
     * @return WRITE_BACK for RAM, dmem included (patch 04), unless reserved otherwise; UNCACHED_MINUS for devices
     * @throws SignalException where the kernel oopses
     */
    MemoryType lookup(Task current, long pfn);

    /**
     * Reserves a type for a range.
     *
     * @param current on whose behalf
     * @param startPhysicalAddress a multiple of 4K
     * @param endPhysicalAddress first byte after it, a multiple of 4K
     * @param type the type
     * @throws ErrnoException EBUSY on dmem, with a warning in the kernel log (patch 04), and where another type is
     *         reserved; EINVAL where that is no range
     * @throws SignalException where the kernel oopses
     */
    void reserve(Task current, long startPhysicalAddress, long endPhysicalAddress, MemoryType type);

    /**
     * Ends what {@link #reserve} began. On dmem a warning in the kernel log, and nothing else (patch 04).
     *
     * @param current on whose behalf
     * @param startPhysicalAddress as reserved
     * @param endPhysicalAddress as reserved
     * @throws ErrnoException EINVAL where that is no range
     * @throws SignalException where the kernel oopses
     */
    void free(Task current, long startPhysicalAddress, long endPhysicalAddress);
}
