package org.dmemfs.conformance.scenarios;

import org.dmemfs.core.DmemPool;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.kernel.PageSize;

/** What scenarios read of a pool. */
final class Ledger {
    private Ledger() {
    }

    static long free(DmemPool pool) {
        return pool.usage().nodes().stream().mapToLong(NodeUsage::free).sum();
    }

    static long free(DmemPool pool, int node) {
        return pool.usage().nodes().stream().filter(usage -> usage.node() == node).mapToLong(NodeUsage::free).sum();
    }

    static String pageSize(DmemPool pool) {
        return pool.usage().pageSize().map(PageSize::label).orElse("none");
    }
}
