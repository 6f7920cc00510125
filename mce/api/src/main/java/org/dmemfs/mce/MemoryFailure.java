package org.dmemfs.mce;

import java.util.List;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** {@code memory_failure}: what a report of a bad frame leads to (patch 31). A service; safe for any thread. */
@ProviderType
public interface MemoryFailure {
    /**
     * A frame is reported as bad.
     *
     * @param pfn the 4K frame
     * @param flags how the error was met
     * @return what the pool did, {@link PoisonOutcome#NOT_DMEM} where the frame has a {@code struct page} and was handled
     *         as such
     * @throws ErrnoException ENXIO where the frame is neither dmem nor has a {@code struct page}: memory outside kernel
     *         control; EBUSY where its page is still in use after all that could be done: somebody has it pinned
     */
    PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags);

    /**
     * The reports that were handled, the newest 4,096 of them.
     *
     * @return oldest first, an immutable copy
     */
    List<FailureRecord> records();
}
