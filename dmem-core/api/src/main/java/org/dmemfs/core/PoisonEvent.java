package org.dmemfs.core;

import java.util.Set;
import org.dmemfs.kernel.PageSize;

/**
 * A frame of a used dpage went bad (patch 32, {@code dmem_mce_notifier_info}).
 *
 * @param pfn the bad 4K frame
 * @param dpagePhysicalAddress first byte of its dpage
 * @param dpageSize the dpage's size
 * @param flags how the error was met
 */
public record PoisonEvent(long pfn, long dpagePhysicalAddress, PageSize dpageSize, Set<MemoryFailureFlag> flags) {
    /** Copies the set. */
    public PoisonEvent {
        flags = Set.copyOf(flags);
    }
}
