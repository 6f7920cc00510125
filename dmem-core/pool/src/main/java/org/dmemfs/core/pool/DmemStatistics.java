package org.dmemfs.core.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.dmemfs.kernel.Patch;
import org.dmemfs.tracing.Statistic;

/** The files of {@code /sys/kernel/debug/dmem}, with the names and units of the series (facts 2.10). */
@Patch(v1 = 8, v2 = 8)
final class DmemStatistics {
    private static final String DPAGES = "dpages";
    private static final String PAGES = "pages of 4K";

    private final DirectMemoryPool pool;

    DmemStatistics(DirectMemoryPool pool) {
        this.pool = pool;
    }

    List<Statistic> all() {
        List<Statistic> statistics = new ArrayList<>(List.of(
                new Statistic("dmem/region_num", "regions", () -> pool.registered().all().size()),
                new Statistic("dmem/registered_pages", PAGES, () -> pool.registered().registeredPages()),
                new Statistic("dmem/unaligned_pages", PAGES, () -> pool.read(Carving::unalignedPages)),
                new Statistic("dmem/dpage_shift", "bits", () -> pool.read(carving -> carving.pageSize().shift())),
                new Statistic("dmem/total_dpages", DPAGES, () -> pool.read(sum(DpageNode::total))),
                new Statistic("dmem/free_dpages", DPAGES, () -> pool.read(sum(DpageNode::free)))));
        for (int node : pool.registered().nodes().nodes()) {
            statistics.add(new Statistic("dmem/node" + node + "/total_dpages", DPAGES,
                    () -> pool.read(of(node, DpageNode::total))));
            statistics.add(new Statistic("dmem/node" + node + "/free_dpages", DPAGES,
                    () -> pool.read(of(node, DpageNode::free))));
        }
        return List.copyOf(statistics);
    }

    private static ToLongFunction<Carving> sum(ToLongFunction<DpageNode> value) {
        return carving -> carving.nodes().stream().mapToLong(value).sum();
    }

    private static ToLongFunction<Carving> of(int node, ToLongFunction<DpageNode> value) {
        return carving -> carving.nodes().stream().filter(each -> each.node() == node).mapToLong(value).sum();
    }
}
