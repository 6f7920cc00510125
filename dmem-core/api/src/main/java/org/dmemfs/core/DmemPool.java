package org.dmemfs.core;

import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/** The machine's one pool of dpages (patches 03, 12, 31, 35). A service; safe for any thread. */
@ProviderType
public interface DmemPool extends DmemPages {
    /**
     * Comes into use: the first user decides the page size, which all later ones share until the last has closed
     * ({@code dmem_alloc_init}).
     *
     * @param pageSize the size of the dpages
     * @param user who, for people, such as a mount's name
     * @return the right to take dpages; with no region at all it is granted, and every take fails
     * @throws ErrnoException EBUSY where another page size is in use, the sentence naming its users or the holders of
     *         references that are left; ENODEV where the pool has been stopped
     */
    PoolUse use(PageSize pageSize, String user);

    /**
     * A 4K frame has gone bad (patch 31). Idempotent: a second report of a frame does nothing.
     *
     * @param pfn the frame
     * @param flags how the error was met, for the listeners
     * @return what was done
     */
    PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags);

    /**
     * The bad frames that were reported.
     *
     * @return page frame numbers, ascending
     */
    List<Long> badFrames();

    /**
     * Has another allocator serve from now on, while the pool is in use: it is built from the references and the bad
     * frames, and holders keep what they have. The choice outlasts the allocators that come and go.
     *
     * @param allocator the name of an allocator that is present
     * @return what was found meanwhile
     * @throws ErrnoException EINVAL where no allocator of that name is present, the sentence naming those that are; ENOMEM
     *         where its metadata cannot be had, and then the old one goes on; ENODEV where the pool has been stopped
     */
    ExchangeCertificate exchange(String allocator);

    /**
     * The ledger.
     *
     * @return one moment of it
     */
    PoolUsage usage();

    /**
     * Who keeps dpages; memory that only a device still references is a holder of its own.
     *
     * @return the largest first
     */
    List<HolderUsage> holders();
}
