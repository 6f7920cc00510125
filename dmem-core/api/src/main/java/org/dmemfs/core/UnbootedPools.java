package org.dmemfs.core;

import java.util.function.Consumer;
import org.dmemfs.reserve.Reservation;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Pools of machines that nobody boots: what is placed in one goes where the same policies, fallback lists and allocator put
 * it on a machine that was booted so, and no byte stands behind it. A service; safe for any thread.
 */
@ProviderType
public interface UnbootedPools {
    /**
     * Lends the pool of a machine, of the series as it was meant.
     *
     * @param reservation its nodes and regions; every section of a region is DMEM in its memory map
     * @param work what is done with the pool, which is stopped afterwards with all that is taken from it
     */
    void lend(Reservation reservation, Consumer<DmemPool> work);
}
