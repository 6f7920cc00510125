package org.dmemfs.core;

import java.util.function.LongPredicate;
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
     * @param taken says for each dpage whether it begins taken: used or retired; asked once for each at most, in
     *        ascending order
     * @return the allocator
     * @throws ErrnoException ENOMEM where its metadata cannot be had
     */
    RegionAllocator create(long dpages, LongPredicate taken);
}
