package org.dmemfs.conformance.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The first of the series' own two tests: single pages of 4K, 2^0 to 2^6 of them at a time, 127 in all. Beyond what it
 * checks, the ledger is read: the kernel's module looks at no counter.
 */
@Patch(v1 = 34, v2 = 34)
@Component
public final class OrderTest implements Scenario {
    private static final int HIGHEST_ORDER = 6;
    private static final Holder HOLDER = new Holder("test", "order_test");

    private final DmemPool pool;

    /**
     * On a machine.
     *
     * @param pool its pool
     */
    @Activate
    public OrderTest(@Reference DmemPool pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return "order_test";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(3, 34);
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
        try (PoolUse use = pool.use(PageSize.SIZE_4K, "order_test")) {
            long free = Ledger.free(pool);
            List<Long> taken = new ArrayList<>();
            for (int order = 0; order <= HIGHEST_ORDER; order++) {
                int pages = 1 << order;
                transcript.call("order " + order + ": " + pages + " single pages", Expected.always(pages),
                        () -> takeSingly(use, pages, taken));
            }
            transcript.call("pages in use", Expected.always(127), () -> free - Ledger.free(pool));
            taken.forEach(page -> use.give(HOLDER, page));
            transcript.call("pages in use after all are given back", Expected.always(0),
                    () -> free - Ledger.free(pool));
        }
        transcript.call("page size after the last user", Expected.always("none"), () -> Ledger.pageSize(pool));
    }

    private static int takeSingly(PoolUse use, int pages, List<Long> taken) {
        for (int page = 0; page < pages; page++) {
            taken.add(use.takeOnNodes(HOLDER, 0, null, 1).physicalAddress());
        }
        return pages;
    }
}
