package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A reference beside the holder's keeps a dpage (patch 35). V1 has none; as V2 was posted the first one oopses, defect
 * 12.2.6. */
@Component
public final class ReferenceCounts implements Scenario {
    private static final Holder HOLDER = new Holder("test", "reference_counts");

    private final DmemPool pool;

    /**
     * On a machine.
     *
     * @param pool its pool
     */
    @Activate
    public ReferenceCounts(@Reference DmemPool pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return "reference_counts";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(35);
    }

    @Override
    public Map<String, String> machine() {
        return SmallMachine.OPTIONS;
    }

    @Override
    public void run(SeriesVersion series, Consumer<Step> told) {
        Transcript.run(series, told, this::show);
    }

    private void show(Transcript transcript) {
        try (PoolUse use = pool.use(PageSize.SIZE_2M, "reference_counts")) {
            long free = Ledger.free(pool);
            long address = use.takeOnNodes(HOLDER, 0, null, 1).physicalAddress();
            long pfn = address >> 12;
            transcript.call("references after the take", Expected.always(1), () -> pool.references(pfn));
            transcript.call("get", new Expected("ok", "EFAULT", "ok"), () -> pool.get(pfn));
            transcript.call("references after the get", new Expected("2", "1", "1"), () -> pool.references(pfn));
            use.give(HOLDER, address);
            transcript.call("dpages in use after the holder gave its own back", new Expected("1", "0", "0"),
                    () -> free - Ledger.free(pool));
            transcript.call("put", new Expected("ok", "EINVAL", "ok"), () -> pool.put(pfn));
            transcript.call("dpages in use after the put", Expected.always(0), () -> free - Ledger.free(pool));
        }
    }
}
