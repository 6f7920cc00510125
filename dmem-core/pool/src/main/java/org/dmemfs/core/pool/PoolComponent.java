package org.dmemfs.core.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dmemfs.core.DmemPages;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.ExchangeCertificate;
import org.dmemfs.core.HolderUsage;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.core.PoolUse;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.Statistic;
import org.dmemfs.tracing.Tracepoint;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/** Publishes the machine's pool, with its tracepoints and statistics, and follows the allocators that come and go. */
@Component(service = {DmemPool.class, DmemPages.class}, configurationPid = "org.dmemfs.core.pool", immediate = true)
@Designate(ocd = PoolConfiguration.class)
public final class PoolComponent implements DmemPool {
    private final DirectMemoryPool pool;
    private final List<ServiceRegistration<?>> published = new ArrayList<>();

    /**
     * The pool of the machine that booted.
     *
     * @param context where tracepoints and statistics are published
     * @param reservation its regions
     * @param memory its bytes
     * @param log its kernel log
     * @param configuration allocator and series
     */
    @Activate
    public PoolComponent(BundleContext context, @Reference Reservation reservation, @Reference PhysicalMemory memory,
            @Reference KernelLog log, PoolConfiguration configuration) {
        pool = new DirectMemoryPool(reservation, memory, log, SeriesVersion.parse(configuration.series()));
        modified(configuration);
        for (Tracepoint tracepoint : pool.trace().all()) {
            published.add(context.registerService(Tracepoint.class, tracepoint, null));
        }
        for (Statistic statistic : new DmemStatistics(pool).all()) {
            published.add(context.registerService(Statistic.class, statistic, null));
        }
    }

    @Modified
    void modified(PoolConfiguration configuration) {
        pool.takeOut(PatchesOut.of(configuration.without()));
        pool.weigh(InterleaveWeights.of(configuration.interleaveWeights()));
        pool.name(configuration.allocator());
    }

    @Deactivate
    void deactivate() {
        published.forEach(ServiceRegistration::unregister);
        pool.stop();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAllocator(RegionAllocatorFactory factory, Map<String, Object> properties) {
        pool.offer(factory, properties);
    }

    void unbindAllocator(RegionAllocatorFactory factory) {
        pool.withdraw(factory);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindListener(PoisonListener listener, Map<String, Object> properties) {
        pool.listeners().add(Ranked.of(listener, properties));
    }

    void unbindListener(PoisonListener listener, Map<String, Object> properties) {
        pool.listeners().remove(Ranked.of(listener, properties));
    }

    @Override
    public PoolUse use(PageSize pageSize, String user) {
        return pool.use(pageSize, user);
    }

    @Override
    public PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags) {
        return pool.memoryFailure(pfn, flags);
    }

    @Override
    public List<Long> badFrames() {
        return pool.badFrames();
    }

    @Override
    public ExchangeCertificate exchange(String allocator) {
        return pool.exchange(allocator);
    }

    @Override
    public PoolUsage usage() {
        return pool.usage();
    }

    @Override
    public List<HolderUsage> holders() {
        return pool.holders();
    }

    @Override
    public boolean isDmem(long pfn) {
        return pool.isDmem(pfn);
    }

    @Override
    public Optional<PageSize> pageSize() {
        return pool.pageSize();
    }

    @Override
    public void get(long pfn) {
        pool.get(pfn);
    }

    @Override
    public void put(long pfn) {
        pool.put(pfn);
    }

    @Override
    public int references(long pfn) {
        return pool.references(pfn);
    }
}
