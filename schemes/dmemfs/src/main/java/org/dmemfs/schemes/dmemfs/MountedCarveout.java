package org.dmemfs.schemes.dmemfs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;
import org.dmemfs.schemes.MetadataCost;

/** The regions behind a mount, a file a guest. */
final class MountedCarveout implements Carveout {
    private final Mount mount;
    private final DmemPool pool;
    private final Reservation reservation;
    private final StructureCosts costs;
    private final SeriesVersion series;
    private final Consumer<MountedCarveout> onEnd;
    private final Map<String, FileGrant> grants = new LinkedHashMap<>();
    private boolean closed;

    MountedCarveout(Mount mount, DmemPool pool, Reservation reservation, StructureCosts costs, SeriesVersion series,
            Consumer<MountedCarveout> onEnd) {
        this.mount = mount;
        this.pool = pool;
        this.reservation = reservation;
        this.costs = costs;
        this.series = series;
        this.onEnd = onEnd;
    }

    @Override
    public PageSize pageSize() {
        return mount.pageSize();
    }

    @Override
    public Map<Integer, Long> sellableBytes() {
        return bytesByNode(NodeUsage::total);
    }

    @Override
    public Map<Integer, Long> freeBytes() {
        return bytesByNode(NodeUsage::free);
    }

    private Map<Integer, Long> bytesByNode(ToLongFunction<NodeUsage> dpages) {
        Map<Integer, Long> bytes = new TreeMap<>();
        pool.usage().nodes().forEach(node -> bytes.put(node.node(), dpages.applyAsLong(node) * pageSize().bytes()));
        return bytes;
    }

    @Override
    public synchronized GuestGrant give(String guest, long bytes, MemoryPolicy policy, int localNode) {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the memory behind " + mount.target() + " has been given back");
        }
        if (bytes < 1 || bytes > Long.MAX_VALUE - pageSize().bytes()) {
            throw new ErrnoException(Errno.EINVAL, bytes + " bytes are no size of a guest: accepted is 1 and more");
        }
        if (!reservation.topology().online().contains(localNode)) {
            throw new ErrnoException(Errno.EINVAL,
                    "node " + localNode + " is not one of the machine's nodes " + reservation.topology().online());
        }
        if (grants.containsKey(guest)) {
            throw new ErrnoException(Errno.EEXIST, "the guest " + guest + " has memory already");
        }
        String path = "/" + guest;
        OpenFile file = mount.create(path);
        FileGrant grant = new FileGrant(guest, file, pageSize(), policy, localNode, series, reservation.memoryMap(),
                () -> forget(guest, path));
        try {
            file.truncate((bytes + pageSize().bytes() - 1) / pageSize().bytes() * pageSize().bytes());
        } catch (ErrnoException refused) {
            file.close();
            mount.unlink(path);
            throw refused;
        }
        grants.put(guest, grant);
        return grant;
    }

    private void forget(String guest, String path) {
        synchronized (this) {
            grants.remove(guest);
        }
        mount.unlink(path);
    }

    @Override
    public synchronized List<GuestGrant> grants() {
        return List.copyOf(grants.values());
    }

    @Override
    public List<MetadataCost> metadata() {
        List<Long> dpages;
        synchronized (this) {
            dpages = grants.values().stream().map(FileGrant::dpages).toList();
        }
        return costs.of(reservation.regions().stream().map(DmemRegion::bytes).toList(), pageSize(), dpages);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        grants().forEach(GuestGrant::close);
        mount.close();
        onEnd.accept(this);
    }
}
