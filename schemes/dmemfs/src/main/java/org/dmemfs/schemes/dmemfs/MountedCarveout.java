package org.dmemfs.schemes.dmemfs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;
import org.dmemfs.schemes.GuestGrants;
import org.dmemfs.schemes.MetadataCost;

/** The regions behind a mount, a file a guest. */
final class MountedCarveout implements Carveout {
    private final Mount mount;
    private final DmemPool pool;
    private final Reservation reservation;
    private final StructureCosts costs;
    private final SeriesVersion series;
    private final Runnable onEnd;
    private final GuestGrants<FileGrant> grants;

    MountedCarveout(Mount mount, DmemPool pool, Reservation reservation, StructureCosts costs, SeriesVersion series,
            Runnable onEnd) {
        this.mount = mount;
        this.pool = pool;
        this.reservation = reservation;
        this.costs = costs;
        this.series = series;
        this.onEnd = onEnd;
        this.grants = new GuestGrants<>("the memory behind " + mount.target(), mount.pageSize(),
                reservation.topology());
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
        long rounded = grants.admit(guest, bytes, localNode);
        String path = "/" + guest;
        OpenFile file = mount.create(path);
        FileGrant grant = new FileGrant(guest, file, pageSize(), policy, localNode, series, reservation.memoryMap(),
                () -> forget(guest, path));
        try {
            file.truncate(rounded);
        } catch (ErrnoException refused) {
            file.close();
            mount.unlink(path);
            throw refused;
        }
        return grants.add(grant);
    }

    private void forget(String guest, String path) {
        grants.remove(guest);
        mount.unlink(path);
    }

    @Override
    public List<GuestGrant> grants() {
        return List.copyOf(grants.all());
    }

    @Override
    public List<MetadataCost> metadata() {
        List<Long> dpages = grants.all().stream().map(FileGrant::dpages).toList();
        return costs.of(reservation.regions().stream().map(DmemRegion::bytes).toList(), pageSize(), dpages);
    }

    @Override
    public void close() {
        if (grants.close()) {
            mount.close();
            onEnd.run();
        }
    }
}
