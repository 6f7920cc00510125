package org.dmemfs.schemes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.Reservation;

/** The memory of a machine that boot parameters kept from the kernel, for schemes that are drivers over it. */
public final class SetAsideRanges {
    private final Reservation reservation;

    /**
     * That of a machine.
     *
     * @param reservation what it was booted with
     */
    public SetAsideRanges(Reservation reservation) {
        this.reservation = reservation;
    }

    /**
     * Its ranges, or as much of them as is wanted.
     *
     * @param bytesByNode how much on each node, multiples of the page size; empty for all
     * @param pageSize the ranges are multiples of
     * @return by node and address
     * @throws ErrnoException EINVAL for another number, ENOMEM where a node has not that much
     */
    public List<Extent> of(Map<Integer, Long> bytesByNode, PageSize pageSize) {
        List<Extent> all = reservation.memoryMap().ranges().stream()
                .filter(range -> range.kind() == FrameKind.SET_ASIDE)
                .map(range -> new Extent(range.startPhysicalAddress(), range.bytes(), range.node())).toList();
        ExtentStock stock = new ExtentStock(all, pageSize.bytes());
        List<Extent> wanted = new ArrayList<>();
        Map<Integer, Long> wish = bytesByNode.isEmpty() ? stock.freeBytes() : bytesByNode;
        WholePages.require(wish, pageSize);
        wish.forEach((node, bytes) -> {
            if (bytes > 0) {
                wanted.addAll(stock.take(node, bytes, false));
            }
        });
        return wanted;
    }
}
