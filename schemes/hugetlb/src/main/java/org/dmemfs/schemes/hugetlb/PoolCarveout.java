package org.dmemfs.schemes.hugetlb;

import java.util.List;
import java.util.Map;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;
import org.dmemfs.schemes.GuestGrants;
import org.dmemfs.schemes.MetadataCost;
import org.jspecify.annotations.Nullable;

/** A pool of huge pages and the files on it. */
final class PoolCarveout implements Carveout {
    private final HugePool pool;
    private final Variant variant;
    private final AddressSpaces addressSpaces;
    private final PageFrames frames;
    private final Reservation reservation;
    private final Runnable onEnd;
    private final GuestGrants<HugeGrant> grants;

    PoolCarveout(HugePool pool, Variant variant, AddressSpaces addressSpaces, PageFrames frames,
            Reservation reservation, Runnable onEnd) {
        this.pool = pool;
        this.variant = variant;
        this.addressSpaces = addressSpaces;
        this.frames = frames;
        this.reservation = reservation;
        this.onEnd = onEnd;
        this.grants = new GuestGrants<>("the pool of huge pages", pool.pageSize(), reservation.topology());
    }

    @Override
    public PageSize pageSize() {
        return pool.pageSize();
    }

    @Override
    public Map<Integer, Long> sellableBytes() {
        return pool.totalBytes();
    }

    @Override
    public Map<Integer, Long> freeBytes() {
        Map<Integer, Long> free = pool.freeBytes();
        long promised = pool.reserved() * pageSize().bytes();
        for (Map.Entry<Integer, Long> node : free.entrySet()) {
            long part = Math.min(promised, node.getValue());
            node.setValue(node.getValue() - part);
            promised -= part;
        }
        return free;
    }

    @Override
    public synchronized GuestGrant give(String guest, long bytes, MemoryPolicy policy, int localNode) {
        long pages = grants.admit(guest, bytes, localNode) / pageSize().bytes();
        if (!pool.reserve(pages)) {
            throw new ErrnoException(Errno.ENOMEM,
                    "%d huge pages of %s cannot be promised to %s: free and not promised are %s"
                            .formatted(pages, pageSize().label(), guest, MemorySize.format(
                                    freeBytes().values().stream().mapToLong(Long::longValue).sum())));
        }
        HugeFile file = new HugeFile("/dev/hugepages/" + guest, pool, frames, new NodeOrder(reservation.topology()),
                addressSpaces.newFileMapping(), variant.mremapMoves(), pages);
        return grants.add(new HugeGrant(guest, file, pageSize(), policy, localNode, reservation.memoryMap(),
                grant -> grants.remove(grant.guest())));
    }

    @Override
    public List<GuestGrant> grants() {
        return List.copyOf(grants.all());
    }

    private List<HugeFile> files() {
        return grants.all().stream().map(HugeGrant::file).toList();
    }

    @Override
    public List<MetadataCost> metadata() {
        long bytes = pool.totalBytes().values().stream().mapToLong(Long::longValue).sum();
        return variant.vmemmap().of(bytes, pageSize());
    }

    /** The branch of {@code memory_failure} for huge pages. */
    FrameFailure.@Nullable Outcome failed(long pfn) {
        long head = pool.pageOf(pfn);
        if (head == HugePool.NONE) {
            return null;
        }
        if (pageSize() == PageSize.SIZE_1G && !variant.handlesBadGigabytePages()) {
            return FrameFailure.Outcome.ofNobody("a huge page above PMD size is not handled");
        }
        if (!pool.retire(head)) {
            return FrameFailure.Outcome.ofNobody("a free huge page was dissolved");
        }
        for (HugeFile file : files()) {
            long index = file.indexOf(head);
            if (index >= 0) {
                file.poison(index);
                return FrameFailure.Outcome.ofFile("recovery action for a huge page: unmapped as a whole",
                        file.mapping(),
                        index * pageSize().naturePages(), pageSize().shift());
            }
        }
        return FrameFailure.Outcome.ofNobody("a huge page that only a device holds is kept out of the pool");
    }

    @Override
    public void close() {
        if (grants.close()) {
            pool.drain();
            onEnd.run();
        }
    }
}
