package org.dmemfs.schemes.dmemfs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmemfs.core.DmemPool;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.HookSet;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.CurrentCarveout;
import org.dmemfs.schemes.KernelChange;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.NodeRoom;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.dmemfs.schemes.WholePages;

/** One version of the series: the machine that it runs on gives the answers, so it brings no hooks of its own. */
sealed class SeriesScheme implements Scheme permits DmemfsV1, DmemfsV2, DmemfsRepaired {
    private static final List<String> PLACES = List.of("memtype.c (PAT)", "pgtable bits",
            "zap, lock and split of PMD and PUD",
            "follow_page and gup", "follow_pfn", "vmf_insert_pfn_pmd and _pud", "mprotect, mremap, mincore",
            "mempolicy",
            "memory_failure", "kvm steal time", "vfio type1", "setup_arch");

    private final SeriesVersion series;
    private final Dmemfs dmemfs;
    private final DmemPool pool;
    private final Reservation reservation;
    private final StructureCosts costs;
    private final CurrentCarveout<MountedCarveout> carveout;

    SeriesScheme(SeriesVersion series, Dmemfs dmemfs, DmemPool pool, Reservation reservation) {
        this.series = series;
        this.dmemfs = dmemfs;
        this.pool = pool;
        this.reservation = reservation;
        this.costs = new StructureCosts(series);
        this.carveout = new CurrentCarveout<>("dmemfs-" + series.label());
    }

    /** Takes back what it has set aside. */
    final void end() {
        carveout.close();
    }

    @Override
    public SchemeDescription description() {
        KernelChange change = switch (series) {
            case V1 -> new KernelChange("DMEMFS, 35 patches of 8 October 2020 on 5.9-rc", 40, 3336, 48, PLACES,
                    "cover.1602093760.git.yuleixzhang@tencent.com");
            case V2 -> new KernelChange("DMEMFS, 37 patches of 7 December 2020 on 5.10-rc3", 43, 3483, 58, PLACES,
                    "cover.1607332046.git.yuleixzhang@tencent.com");
            case REPAIRED -> new KernelChange(
                    "DMEMFS as posted in December 2020, and the repairs that docs/repairs.md lists", 43, 3483, 58,
                    PLACES, "cover.1607332046.git.yuleixzhang@tencent.com; the repairs are this model's");
        };
        return new SchemeDescription("dmemfs-" + series.label(), "dmemfs",
                series == SeriesVersion.V1 ? "5.9-rc with the series" : "5.10-rc3 with the series", false, series,
                Set.of(PageSize.values()), List.of(change), List.of());
    }

    @Override
    public List<String> bootWords(BootRequest request) {
        NodeRoom room = new NodeRoom(request.machine());
        Map<Integer, Long> wanted = request.bytesByNode();
        String align = request.pageSize() == PageSize.SIZE_1G ? ":1G" : "";
        if (wanted.isEmpty()) {
            return List.of();
        }
        Map<Integer, List<MemoryRange>> pieces = wanted.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                wish -> room.highest(wish.getKey(), wish.getValue(), request.pageSize())));
        boolean everyNode = wanted.keySet().equals(new HashSet<>(request.machine().topology().online().nodes()));
        if (everyNode && new HashSet<>(wanted.values()).size() == 1) {
            return List.of("dmem=" + NodeRoom.exact(wanted.values().iterator().next()) + align);
        }
        if (wanted.size() == 1 && pieces.values().iterator().next().size() == 1) {
            MemoryRange piece = pieces.values().iterator().next().getFirst();
            return List.of("dmem=%s@0x%x%s".formatted(NodeRoom.exact(piece.bytes()), piece.startPhysicalAddress(),
                    align));
        }
        throw new ErrnoException(Errno.EINVAL, "dmem= takes the same size from every node or one range of addresses: "
                + wanted + " bytes by node cannot be said");
    }

    @Override
    public Optional<HookSet> hooks() {
        return Optional.empty();
    }

    @Override
    public Carveout setAside(PageSize pageSize, Map<Integer, Long> bytesByNode) {
        carveout.requireNone();
        WholePages.require(bytesByNode, pageSize);
        Mount mount = dmemfs.mount("/schemes/" + description().name(), "pagesize=" + pageSize.label());
        try {
            requireRoom(pageSize, bytesByNode);
            return carveout.begin(new MountedCarveout(mount, pool, reservation, costs, series, carveout::ended));
        } catch (ErrnoException refused) {
            mount.close();
            throw refused;
        }
    }

    private void requireRoom(PageSize pageSize, Map<Integer, Long> bytesByNode) {
        // What went bad since is lost to whoever sells the memory, and was set aside all the same.
        Map<Integer, Long> there = new HashMap<>();
        reservation.regions().forEach(region -> there.merge(region.node(), wholePages(region, pageSize), Long::sum));
        bytesByNode.forEach((node, bytes) -> {
            if (bytes > there.getOrDefault(node, 0L)) {
                throw new ErrnoException(Errno.ENOMEM, "node %d has %s of dmem in pages of %s, not %s".formatted(node,
                        MemorySize.format(there.getOrDefault(node, 0L)), pageSize.label(), MemorySize.format(bytes)));
            }
        });
    }

    private static long wholePages(DmemRegion region, PageSize pageSize) {
        long size = pageSize.bytes();
        return Math.max(0, region.endPhysicalAddress() / size - (region.startPhysicalAddress() + size - 1) / size)
                * size;
    }

    @Override
    public List<MetadataCost> metadata(long bytes, PageSize pageSize) {
        WholePages.require(bytes, pageSize);
        return costs.of(List.of(bytes), pageSize, List.of(bytes / pageSize.bytes()));
    }
}
