package org.dmemfs.felix.commands.plan;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.schemes.Extent;
import org.dmemfs.schemes.ExtentStock;

/** Places by address: the stock of ranges that the schemes over set-aside memory hand out. */
final class RangePlacer implements GuestPlacer {
    private final ExtentStock stock;
    private final FreeBytes free;
    private final boolean oneRange;
    /** By node id. */
    private final int[][] orderOfWish;
    private final int[][] orderOfChoice;
    /** By node id. Nothing comes back, so what did not fit once will not fit later. */
    private final long[] tooLargeFor;

    RangePlacer(Collection<Extent> extents, long pageBytes, boolean oneRange, NumaTopology topology, NodeWish wish) {
        this.stock = new ExtentStock(extents, pageBytes);
        this.free = new FreeBytes(stock.freeBytes());
        this.oneRange = oneRange;
        int nodes = topology.online().nodes().stream().mapToInt(node -> node + 1).max().orElse(0);
        this.orderOfWish = new int[nodes][];
        this.orderOfChoice = new int[nodes][];
        this.tooLargeFor = new long[nodes];
        Arrays.fill(tooLargeFor, Long.MAX_VALUE);
        for (int node = 0; node < nodes; node++) {
            orderOfChoice[node] = order(node, topology);
            orderOfWish[node] = wish == NodeWish.BIND ? new int[]{node} : orderOfChoice[node];
        }
    }

    private int[] order(int node, NumaTopology topology) {
        IntStream others = stock.freeBytes().keySet().stream().filter(other -> other != node)
                .sorted(Comparator.comparingInt(other -> topology.distance(node, other))).mapToInt(Integer::intValue);
        return IntStream.concat(IntStream.of(node), others).toArray();
    }

    @Override
    public int place(GuestGroup group, long bytes, Placement placement) {
        int wished = free.nodeFor(group);
        for (int node : group.node() == GuestGroup.ANY_NODE ? orderOfChoice[wished] : orderOfWish[wished]) {
            if (free.on(node) >= bytes && bytes < tooLargeFor[node] && take(node, bytes)) {
                free.take(node, bytes);
                placement.took(node, bytes);
                return 1;
            }
        }
        return 0;
    }

    private boolean take(int node, long bytes) {
        try {
            stock.take(node, bytes, oneRange);
            return true;
        } catch (ErrnoException noneSoLong) {
            tooLargeFor[node] = bytes;
            return false;
        }
    }
}
