package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.NodeRoom;
import org.dmemfs.schemes.Scheme;

/**
 * How much of each node is set aside: the most whole steps that leave the host its share once everything is paid.
 *
 * @param bytesByNode nodes that give something
 * @param words to boot with; empty where none are needed, or where they cannot say it
 * @param note what the words cannot say, or empty
 */
record SetAsidePlan(Map<Integer, Long> bytesByNode, List<String> words, String note) {
    /** 64 bytes a 4K frame, for all that is not set aside. */
    static final long STRUCT_PAGE_SHARE = 64;
    private static final long SECTION_BYTES = 128L << 20;

    /** In what memory is set aside: sections of 128M, or pages where they are larger. */
    static long step(PageSize pageSize) {
        return Math.max(SECTION_BYTES, pageSize.bytes());
    }

    /** The whole steps that a node's ranges have. */
    static long capacity(Reservation machine, int node, PageSize pageSize) {
        long step = step(pageSize);
        return machine.memoryMap().ranges().stream()
                .filter(range -> range.kind() == FrameKind.RAM && range.node() == node)
                .mapToLong(range -> Math.max(0, range.endPhysicalAddress() / step
                        - (range.startPhysicalAddress() + step - 1) / step) * step)
                .sum();
    }

    /**
     * Settles it.
     *
     * @param metadata what the host pays for a number of bytes that are set aside on a node
     * @param dues what else is to be paid for the guests, by node
     */
    static SetAsidePlan of(Scheme scheme, Reservation machine, PageSize pageSize, HostShare host,
            LongUnaryOperator metadata, Map<Integer, Long> dues) {
        Map<Integer, Long> most = new TreeMap<>();
        host.ramByNode().forEach((node, ram) -> {
            long kept = host.byNode().getOrDefault(node, 0L) + dues.getOrDefault(node, 0L);
            long bytes = mostSteps(capacity(machine, node, pageSize) / step(pageSize), step(pageSize), ram, kept,
                    metadata) * step(pageSize);
            if (bytes > 0) {
                most.put(node, bytes);
            }
        });
        if (most.isEmpty()) {
            return new SetAsidePlan(most, List.of(), "no node has a piece of %s to spare".formatted(pageSize.label()));
        }
        return said(scheme, machine, pageSize, most);
    }

    private static long mostSteps(long steps, long step, long ram, long kept, LongUnaryOperator metadata) {
        long low = 0;
        long high = steps;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            long bytes = middle * step;
            long paid = bytes + (ram - bytes) / STRUCT_PAGE_SHARE + metadata.applyAsLong(bytes) + kept;
            if (paid <= ram) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Words that know no nodes get the same of every node, where that can be said. */
    private static SetAsidePlan said(Scheme scheme, Reservation machine, PageSize pageSize, Map<Integer, Long> most) {
        try {
            return new SetAsidePlan(most, scheme.bootWords(new BootRequest(machine, pageSize, most)), "");
        } catch (ErrnoException unsaid) {
            Map<Integer, Long> level = new TreeMap<>(most);
            level.replaceAll((_, _) -> Collections.min(most.values()));
            try {
                return new SetAsidePlan(level, scheme.bootWords(new BootRequest(machine, pageSize, level)),
                        "every node gives what the smallest can: " + unsaid.getMessage());
            } catch (ErrnoException unsaidStill) {
                return new SetAsidePlan(most, List.of(),
                        "it takes more than words at boot: " + unsaidStill.getMessage());
            }
        }
    }

    /** Where it is. */
    List<MemoryRange> pieces(Reservation machine, PageSize pageSize) {
        NodeRoom room = new NodeRoom(machine);
        List<MemoryRange> pieces = new ArrayList<>();
        bytesByNode.forEach((node, bytes) -> pieces.addAll(room.highest(node, bytes, pageSize)));
        return pieces;
    }
}
