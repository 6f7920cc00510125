package org.dmemfs.schemes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;

/** Where on a machine a boot parameter that names addresses can take its memory: from the top of a node, section-wise. */
public final class NodeRoom {
    private static final long SECTION_BYTES = 128L << 20;

    private final Reservation machine;

    /**
     * The room of a machine.
     *
     * @param machine with nothing set aside
     */
    public NodeRoom(Reservation machine) {
        this.machine = machine;
    }

    /**
     * The highest whole sections of a node that make up a number of bytes, in as few pieces as the map allows.
     *
     * @param node its id
     * @param bytes how many, above 0
     * @param pageSize of the pages: a piece starts and ends at a multiple of it
     * @return the pieces, highest first; each a multiple of 128M, but the last where the number is none
     * @throws ErrnoException EINVAL where the machine has no such node or the number is no multiple of the page size; ENOMEM
     *         where the node has not that much
     */
    public List<MemoryRange> highest(int node, long bytes, PageSize pageSize) {
        if (!machine.topology().online().contains(node)) {
            throw new ErrnoException(Errno.EINVAL,
                    "node " + node + " is not one of the machine's nodes " + machine.topology().online());
        }
        if (bytes <= 0 || bytes % pageSize.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    bytes + " bytes are no multiple of the page size " + pageSize.label());
        }
        long unit = Math.max(SECTION_BYTES, pageSize.bytes());
        long left = bytes;
        List<MemoryRange> pieces = new ArrayList<>();
        for (MemoryRange range : topDown(node)) {
            long start = (range.startPhysicalAddress() + unit - 1) / unit * unit;
            long end = range.endPhysicalAddress() / unit * unit;
            long taken = Math.min(end - start, left);
            if (taken > 0) {
                pieces.add(new MemoryRange(end - taken, end, node, FrameKind.RAM, range.name()));
                left -= taken;
            }
        }
        if (left > 0) {
            throw new ErrnoException(Errno.ENOMEM, "node %d has no %s in whole pieces of %s: %s are lacking".formatted(
                    node, MemorySize.format(bytes), MemorySize.format(unit), MemorySize.format(left)));
        }
        return List.copyOf(pieces);
    }

    /**
     * A number of bytes as the kernel's parameters take it, with the largest suffix that divides it.
     *
     * @param bytes the number
     * @return such as 1536M
     */
    public static String exact(long bytes) {
        String suffixes = "KMGT";
        for (int power = suffixes.length(); power > 0; power--) {
            if (bytes > 0 && bytes % (1L << 10 * power) == 0) {
                return (bytes >> 10 * power) + suffixes.substring(power - 1, power);
            }
        }
        return Long.toString(bytes);
    }

    private List<MemoryRange> topDown(int node) {
        return machine.memoryMap().ranges().stream()
                .filter(range -> range.kind() == FrameKind.RAM && range.node() == node)
                .sorted(Comparator.comparingLong(MemoryRange::startPhysicalAddress).reversed()).toList();
    }
}
