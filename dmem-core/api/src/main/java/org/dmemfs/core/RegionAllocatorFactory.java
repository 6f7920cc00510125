package org.dmemfs.core;

import java.util.function.LongUnaryOperator;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes allocators: what a provider publishes as a service, with its name as the service property {@code allocator}. The
 * pool takes the one that its configuration names, else the highest ranking.
 */
@ConsumerType
public interface RegionAllocatorFactory {
    /**
     * The allocator's name, as {@code allocator=} in the configuration gives it.
     *
     * @return such as bitmap
     */
    String name();

    /**
     * Makes the allocator of one region.
     *
     * @param dpages how many dpages the region has, at least 1
     * @param nextTaken gives for a dpage number the first dpage at or after it that begins taken, used or retired, or -1
     *        where none follows; asked in ascending order, so that an empty region of 2^32 dpages costs one question
     * @return the allocator
     * @throws ErrnoException ENOMEM where its metadata cannot be had
     */
    RegionAllocator create(long dpages, LongUnaryOperator nextTaken);

    /**
     * Makes the allocator of one region; the same for a provider that begins 64 dpages at a time. While it is made, nobody
     * takes or gives: in a full pool of 320 GiB at 4K this is the pause.
     *
     * @param dpages how many dpages the region has, at least 1
     * @param taken which of them begin taken
     * @return the allocator
     * @throws ErrnoException ENOMEM where its metadata cannot be had
     */
    default RegionAllocator create(long dpages, TakenDpages taken) {
        return create(dpages, (LongUnaryOperator) taken::next);
    }
}
