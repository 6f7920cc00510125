package org.dmemfs.schemes.plain;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;
import org.dmemfs.schemes.GuestGrants;
import org.dmemfs.schemes.MetadataCost;

/** Free memory of the kernel that is promised to guests, node by node, and never twice. */
final class PromisedMemory implements Carveout {
    private final PageSize pageSize;
    private final Map<Integer, Long> sellable;
    private final Map<Integer, Long> free;
    private final SystemCalls systemCalls;
    private final Reservation reservation;
    private final BiFunction<Long, PageSize, List<MetadataCost>> costs;
    private final Runnable onEnd;
    private final GuestGrants<AnonymousGrant> grants;

    PromisedMemory(PageSize pageSize, Map<Integer, Long> sellable, SystemCalls systemCalls, Reservation reservation,
            BiFunction<Long, PageSize, List<MetadataCost>> costs, Runnable onEnd) {
        this.pageSize = pageSize;
        this.sellable = Map.copyOf(sellable);
        this.free = new TreeMap<>(sellable);
        this.systemCalls = systemCalls;
        this.reservation = reservation;
        this.costs = costs;
        this.onEnd = onEnd;
        this.grants = new GuestGrants<>("the memory", pageSize, reservation.topology());
    }

    @Override
    public PageSize pageSize() {
        return pageSize;
    }

    @Override
    public Map<Integer, Long> sellableBytes() {
        return new TreeMap<>(sellable);
    }

    @Override
    public synchronized Map<Integer, Long> freeBytes() {
        return new TreeMap<>(free);
    }

    @Override
    public synchronized GuestGrant give(String guest, long bytes, MemoryPolicy policy, int localNode) {
        long rounded = grants.admit(guest, bytes, localNode);
        Map<Integer, Long> promised = promise(rounded, policy, localNode);
        return grants.add(new AnonymousGrant(guest, rounded, pageSize, policy, promised, systemCalls,
                reservation.memoryMap(), this::takeBack));
    }

    private Map<Integer, Long> promise(long bytes, MemoryPolicy policy, int localNode) {
        Map<Integer, Long> promised = new TreeMap<>();
        long left = bytes;
        if (policy.mode() == MemoryPolicy.Mode.INTERLEAVE || policy.mode() == MemoryPolicy.Mode.WEIGHTED_INTERLEAVE) {
            long share = bytes / pageSize.bytes() / policy.nodes().weight() * pageSize.bytes();
            for (int node : policy.nodes().nodes()) {
                long part = Math.min(share, free.getOrDefault(node, 0L));
                promised.merge(node, part, Long::sum);
                left -= part;
            }
        }
        for (int node : order(policy, localNode)) {
            long part = Math.min(left, free.getOrDefault(node, 0L) - promised.getOrDefault(node, 0L));
            promised.merge(node, part, Long::sum);
            left -= part;
        }
        if (left > 0) {
            throw new ErrnoException(Errno.ENOMEM, "%s are promised already or not there: %s by %s, free are %s bytes"
                    .formatted(MemorySize.format(left), MemorySize.format(bytes), policy, free));
        }
        promised.values().removeIf(part -> part == 0);
        promised.forEach((node, part) -> free.merge(node, -part, Long::sum));
        return promised;
    }

    private List<Integer> order(MemoryPolicy policy, int localNode) {
        int first = switch (policy.mode()) {
            case PREFERRED -> policy.nodes().nth(0);
            case BIND -> policy.nodes().contains(localNode) ? localNode : policy.nodes().nth(0);
            default -> localNode;
        };
        NodeMask allowed = policy.mode() == MemoryPolicy.Mode.BIND ? policy.nodes() : reservation.topology().online();
        return allowed.nodes().stream().sorted(Comparator
                .comparingInt((Integer node) -> reservation.topology().distance(first, node))).toList();
    }

    private synchronized void takeBack(AnonymousGrant grant) {
        grants.remove(grant.guest());
        grant.promised().forEach((node, bytes) -> free.merge(node, bytes, Long::sum));
    }

    @Override
    public List<GuestGrant> grants() {
        return List.copyOf(grants.all());
    }

    @Override
    public List<MetadataCost> metadata() {
        long bytes = sellable.values().stream().mapToLong(Long::longValue).sum();
        return bytes == 0 ? List.of() : costs.apply(bytes, pageSize);
    }

    @Override
    public void close() {
        if (grants.close()) {
            onEnd.run();
        }
    }
}
