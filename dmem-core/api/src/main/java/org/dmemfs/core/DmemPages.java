package org.dmemfs.core;

import java.util.Optional;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a consumer of memory needs to know of dpages: patches 22 ({@code is_dmem_pfn}) and V2 35 and 36
 * ({@code get_dmem_pfn}, {@code put_dmem_pfn}). A service; safe for any thread.
 */
@ProviderType
public interface DmemPages {
    /**
     * Whether a frame lies in a registered region. Fixed at boot; no lock.
     *
     * @param pfn any page frame number of 4K frames
     * @return true where it does
     */
    boolean isDmem(long pfn);

    /**
     * The size of the dpages while the pool is in use.
     *
     * @return empty while nothing is mounted
     */
    Optional<PageSize> pageSize();

    /**
     * Takes one more reference on the dpage of a frame, so that it outlives its file.
     *
     * @param pfn a frame of a dpage that is used
     * @throws ErrnoException EINVAL where the frame is not in a dpage that is used; the kernel would BUG. ERANGE
     *         where it has as many references as can be counted, 2^28 - 1
     */
    void get(long pfn);

    /**
     * Gives back one reference that {@link #get} took. The last reference frees the dpage.
     *
     * @param pfn a frame of the dpage
     * @throws ErrnoException EINVAL where there is no reference to give back; the kernel would BUG
     */
    void put(long pfn);

    /**
     * The references on the dpage of a frame.
     *
     * @param pfn a page frame number
     * @return 0 where the dpage is free, retired, or the frame is in no dpage
     */
    int references(long pfn);
}
