package org.dmemfs.core.llfree;

import java.util.function.LongUnaryOperator;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.TakenDpages;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Publishes the lock-free allocator as {@code allocator=llfree}. It ranks below the allocator of the series, so that it
 * serves where it is named, or where it is alone.
 */
@Component(property = {"allocator=llfree", "service.ranking:Integer=-1"})
public final class LlfreeAllocatorFactory implements RegionAllocatorFactory {
    /** The factory. */
    @Activate
    public LlfreeAllocatorFactory() {
    }

    @Override
    public String name() {
        return "llfree";
    }

    @Override
    public RegionAllocator create(long dpages, LongUnaryOperator nextTaken) {
        return new LlfreeAllocator(dpages, nextTaken);
    }

    @Override
    public RegionAllocator create(long dpages, TakenDpages taken) {
        return new LlfreeAllocator(dpages, taken);
    }
}
