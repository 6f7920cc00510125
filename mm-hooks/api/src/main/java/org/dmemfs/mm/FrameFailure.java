package org.dmemfs.mm;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a subsystem that hands out frames does when one goes bad: the branches of {@code memory_failure} beside the generic
 * one. Services; the machine-check subsystem asks them in turn. Safe for any thread; called without locks of the memory
 * manager.
 */
@ConsumerType
public interface FrameFailure {
    /**
     * A frame has gone bad. The subsystem takes it out of use and unmaps it as far as its kernel does.
     *
     * @param pfn the 4K frame
     * @return what there is to tell, or null where the frame is none of the subsystem's
     */
    @Nullable
    Outcome failed(long pfn);

    /**
     * What became of it.
     *
     * @param what was done, for the kernel log
     * @param mapping the mappings to search for tasks to signal, or null where nobody uses the frame
     * @param pageOffset the 4K page of the file that is reported
     * @param leastSignificantBit {@code si_addr_lsb}: how much is lost, 12, 21 or 30
     */
    record Outcome(String what, @Nullable FileMapping mapping, long pageOffset, int leastSignificantBit) {
    }
}
