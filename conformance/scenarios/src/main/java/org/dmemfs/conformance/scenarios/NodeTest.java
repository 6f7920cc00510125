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
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The second of the series' own two tests: pages of 1G on node 0, which is emptied by asking node 1 with a mask that
 * allows node 0 alone; then node 0 must have none.
 */
@Patch(v1 = 34, v2 = 34)
@Component
public final class NodeTest implements Scenario {
    private static final Holder HOLDER = new Holder("test", "node_test");
    private static final NodeMask NODE_0 = NodeMask.of(0);

    private final DmemPool pool;

    /**
     * On a machine.
     *
     * @param pool its pool
     */
    @Activate
    public NodeTest(@Reference DmemPool pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return "node_test";
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
        try (PoolUse use = pool.use(PageSize.SIZE_1G, "node_test")) {
            long first = use.takeOnNodes(HOLDER, 0, NODE_0, 1).physicalAddress();
            transcript.call("one page from node 0", Expected.always(1), () -> 2 - Ledger.free(pool, 0));
            use.give(HOLDER, first);
            List<Long> taken = new ArrayList<>();
            transcript.call("pages until node 1 with the mask of node 0 has none", Expected.always(2),
                    () -> exhaust(use, taken));
            transcript.call("node 1 keeps its own", Expected.always(2), () -> Ledger.free(pool, 1));
            transcript.call("node 0 with the mask of node 0", Expected.always("ENOMEM"),
                    () -> use.takeOnNodes(HOLDER, 0, NODE_0, 1));
            taken.forEach(page -> use.give(HOLDER, page));
            transcript.call("free on node 0 at the end", Expected.always(2), () -> Ledger.free(pool, 0));
        }
    }

    private static int exhaust(PoolUse use, List<Long> taken) {
        while (true) {
            try {
                taken.add(use.takeOnNodes(HOLDER, 1, NODE_0, 1).physicalAddress());
            } catch (ErrnoException none) {
                if (none.errno() != Errno.ENOMEM) {
                    throw none;
                }
                return taken.size();
            }
        }
    }
}
