package org.dmemfs.core.pool;

import java.util.Map;
import java.util.function.Consumer;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.UnbootedPools;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Lends pools of machines that nobody boots, each with the allocator that ranks highest. */
@Component
public final class UnbootedPoolsComponent implements UnbootedPools {
    private final RegionAllocatorFactory factory;

    /**
     * With an allocator.
     *
     * @param factory the one that ranks highest
     */
    @Activate
    public UnbootedPoolsComponent(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) RegionAllocatorFactory factory) {
        this.factory = factory;
    }

    @Override
    public void lend(Reservation reservation, Consumer<DmemPool> work) {
        DirectMemoryPool pool = new DirectMemoryPool(reservation, new NoBytes(), new KernelLog(),
                SeriesVersion.REPAIRED);
        try {
            pool.offer(factory, Map.of());
            work.accept(pool);
        } finally {
            pool.stop();
        }
    }
}
