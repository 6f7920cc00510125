package org.dmemfs.schemes;

import java.util.Map;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.Reservation;

/**
 * How much memory a machine is to be booted with for a scheme.
 *
 * @param machine the machine with nothing set aside
 * @param pageSize of the pages that guests get
 * @param bytesByNode how much on each node, multiples of the page size, above 0
 */
public record BootRequest(Reservation machine, PageSize pageSize, Map<Integer, Long> bytesByNode) {
    /** Copies the map. */
    public BootRequest {
        bytesByNode = Map.copyOf(bytesByNode);
    }

    /**
     * How much on all nodes together.
     *
     * @return bytes
     */
    public long bytes() {
        return bytesByNode.values().stream().mapToLong(Long::longValue).sum();
    }
}
