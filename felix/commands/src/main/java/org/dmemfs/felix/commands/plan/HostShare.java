package org.dmemfs.felix.commands.plan;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;

/**
 * What the host keeps for itself on each node, beside all that keeping the guests' memory costs.
 *
 * @param ramByNode the RAM of each node that has some
 * @param byNode what it keeps of it
 * @param rule in words
 */
public record HostShare(Map<Integer, Long> ramByNode, Map<Integer, Long> byNode, String rule) {
    private static final long LEAST_BYTES = 1L << 30;
    private static final long SHARE = 64;

    /**
     * The share of a machine's host.
     *
     * @param machine with nothing set aside
     * @param wanted for all nodes together; empty for the default
     * @return its share
     * @throws ErrnoException EINVAL where the machine has no RAM on a node, or less than is wanted
     */
    public static HostShare of(Reservation machine, OptionalLong wanted) {
        Map<Integer, Long> ram = new TreeMap<>();
        for (MemoryRange range : machine.memoryMap().ranges()) {
            if (range.kind() == FrameKind.RAM && range.node() >= 0) {
                ram.merge(range.node(), range.bytes(), Long::sum);
            }
        }
        long all = ram.values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            throw new ErrnoException(Errno.EINVAL,
                    machine.machine() + " has no RAM on any node: there is nothing to plan");
        }
        if (wanted.isPresent() && wanted.getAsLong() >= all) {
            throw new ErrnoException(Errno.EINVAL, "--host %s is all of the machine's %s: accepted is less".formatted(
                    MemorySize.format(wanted.getAsLong()), MemorySize.format(all)));
        }
        Map<Integer, Long> shares = new TreeMap<>();
        ram.forEach((node, bytes) -> shares.put(node, wanted.isPresent()
                ? (long) Math.ceil((double) bytes / all * wanted.getAsLong())
                : Math.min(bytes / 2, Math.max(LEAST_BYTES, bytes / SHARE))));
        return new HostShare(ram, shares, wanted.isPresent()
                ? MemorySize.format(wanted.getAsLong()) + " as --host says, from each node by its size"
                : "a 64th of each node, at least 1G and at most half of it; --host says otherwise");
    }
}
