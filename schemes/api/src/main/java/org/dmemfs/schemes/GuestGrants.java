package org.dmemfs.schemes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.kernel.PageSize;

/**
 * The guests of a carve-out, by name. Each call is safe for any thread; who admits one and adds it holds a lock of its own for
 * both.
 *
 * @param <G> the carve-out's kind of grant
 */
public final class GuestGrants<G extends GuestGrant> {
    private final String memory;
    private final PageSize pageSize;
    private final NumaTopology topology;
    private final Map<String, G> grants = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Of a carve-out without guests.
     *
     * @param memory what it is called in sentences
     * @param pageSize of its pages
     * @param topology the machine's nodes
     */
    public GuestGrants(String memory, PageSize pageSize, NumaTopology topology) {
        this.memory = memory;
        this.pageSize = pageSize;
        this.topology = topology;
    }

    /**
     * Whether a guest may be given memory, before any is taken.
     *
     * @param guest its name
     * @param bytes how much
     * @param localNode the node of its processors
     * @return the bytes rounded up to whole pages
     * @throws ErrnoException ENODEV, EINVAL and EEXIST as {@link Carveout#give} says
     */
    public synchronized long admit(String guest, long bytes, int localNode) {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, memory + " has been given back");
        }
        if (bytes < 1 || bytes > Long.MAX_VALUE - pageSize.bytes()) {
            throw new ErrnoException(Errno.EINVAL, bytes + " bytes are no size of a guest: accepted is 1 and more");
        }
        if (!topology.online().contains(localNode)) {
            throw new ErrnoException(Errno.EINVAL,
                    "node " + localNode + " is not one of the machine's nodes " + topology.online());
        }
        if (grants.containsKey(guest)) {
            throw new ErrnoException(Errno.EEXIST, "the guest " + guest + " has memory already");
        }
        return (bytes + pageSize.bytes() - 1) / pageSize.bytes() * pageSize.bytes();
    }

    /**
     * A guest that was admitted has its memory.
     *
     * @param grant the memory
     * @return the same
     */
    public synchronized G add(G grant) {
        grants.put(grant.guest(), grant);
        return grant;
    }

    /**
     * A guest's memory has been taken back.
     *
     * @param guest its name
     */
    public synchronized void remove(String guest) {
        grants.remove(guest);
    }

    /**
     * The grants that live.
     *
     * @return in the order they were given
     */
    public synchronized List<G> all() {
        return List.copyOf(grants.values());
    }

    /**
     * Admits nobody any more and takes back every grant.
     *
     * @return whether this was the first call
     */
    public boolean close() {
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
        }
        all().forEach(GuestGrant::close);
        return true;
    }
}
