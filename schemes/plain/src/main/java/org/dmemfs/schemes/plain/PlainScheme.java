package org.dmemfs.schemes.plain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.CurrentCarveout;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.dmemfs.schemes.UnpatchedHooks;
import org.dmemfs.schemes.WholePages;

/** Private anonymous memory, in 4K pages or with transparent huge pages asked for. */
sealed class PlainScheme implements Scheme permits Plain510, Plain612 {
    private static final long STRUCT_PAGE_SHARE = 64;

    private final String kernel;
    private final SeriesVersion machineSeries;
    private final PageFrames frames;
    private final SystemCalls systemCalls;
    private final Reservation reservation;
    private final HookSet hooks = new UnpatchedHooks();
    private final CurrentCarveout<PromisedMemory> carveout;

    PlainScheme(String kernel, SeriesVersion machineSeries, PageFrames frames, SystemCalls systemCalls,
            Reservation reservation) {
        this.kernel = kernel;
        this.machineSeries = machineSeries;
        this.frames = frames;
        this.systemCalls = systemCalls;
        this.reservation = reservation;
        this.carveout = new CurrentCarveout<>("plain-" + kernel);
    }

    /** Takes back what it has set aside. */
    final void end() {
        carveout.close();
    }

    @Override
    public SchemeDescription description() {
        return new SchemeDescription("plain-" + kernel, "plain", kernel, false, machineSeries,
                Set.of(PageSize.SIZE_4K, PageSize.SIZE_2M), List.of(), List.of());
    }

    @Override
    public List<String> bootWords(BootRequest request) {
        requireSize(request.pageSize());
        return List.of();
    }

    @Override
    public Optional<HookSet> hooks() {
        return Optional.of(hooks);
    }

    @Override
    public Carveout setAside(PageSize pageSize, Map<Integer, Long> bytesByNode) {
        requireSize(pageSize);
        Map<Integer, Long> there = new TreeMap<>();
        reservation.topology().online().nodes().forEach(node -> there.put(node, frames.freeBytes(node, pageSize)));
        WholePages.require(bytesByNode, pageSize);
        bytesByNode.forEach((node, bytes) -> {
            if (bytes > there.getOrDefault(node, 0L)) {
                throw new ErrnoException(Errno.ENOMEM, "node %d has %s free, not %s".formatted(node,
                        MemorySize.format(there.getOrDefault(node, 0L)), MemorySize.format(bytes)));
            }
        });
        return carveout.begin(new PromisedMemory(pageSize, bytesByNode.isEmpty() ? there : bytesByNode, systemCalls,
                reservation, this::metadata, carveout::ended));
    }

    @Override
    public List<MetadataCost> metadata(long bytes, PageSize pageSize) {
        requireSize(pageSize);
        WholePages.require(bytes, pageSize);
        return List.of(new MetadataCost(MetadataKind.STRUCT_PAGES, bytes / STRUCT_PAGE_SHARE,
                bytes + " bytes / 4096 x 64 bytes"));
    }

    private static void requireSize(PageSize pageSize) {
        if (pageSize == PageSize.SIZE_1G) {
            throw new ErrnoException(Errno.EINVAL, "anonymous memory has no pages of 1G: accepted are 4K and 2M");
        }
    }
}
