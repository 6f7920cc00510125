package org.dmemfs.schemes.hugepfnmap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.HookSet;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.CurrentCarveout;
import org.dmemfs.schemes.Extent;
import org.dmemfs.schemes.ExtentCarveout;
import org.dmemfs.schemes.ExtentFile;
import org.dmemfs.schemes.GuestLayout;
import org.dmemfs.schemes.KernelChange;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;
import org.dmemfs.schemes.NodeRoom;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.dmemfs.schemes.SetAsideRanges;
import org.dmemfs.schemes.WholePages;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code huge-pfnmap-6.12}, hypothetical. */
@Component(service = {Scheme.class, FrameFailure.class}, property = "scheme=huge-pfnmap-6.12")
public final class HugePfnmap612 implements Scheme, FrameFailure {
    private static final String NAME = "huge-pfnmap-6.12";
    private static final long RESOURCE_BYTES = 64;

    private final AddressSpaces addressSpaces;
    private final PhysicalMemory memory;
    private final Reservation reservation;
    private final HookSet hooks = new PfnmapHooks();
    private final CurrentCarveout<ExtentCarveout> carveout = new CurrentCarveout<>(NAME);

    /** Bound by Declarative Services. */
    @Activate
    public HugePfnmap612(@Reference AddressSpaces addressSpaces, @Reference PhysicalMemory memory,
            @Reference Reservation reservation) {
        this.addressSpaces = addressSpaces;
        this.memory = memory;
        this.reservation = reservation;
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        carveout.close();
    }

    @Override
    public SchemeDescription description() {
        return new SchemeDescription(NAME, "huge-pfnmap", "6.12", true, SeriesVersion.REPAIRED,
                Set.of(PageSize.values()),
                List.of(new KernelChange("a driver that nobody wrote; the memory manager stays as it is", 0, 0, 0,
                        List.of(), "none")),
                List.of("special entries at PMD and PUD, follow_pfnmap_start: huge pfnmaps, Linux 6.12",
                        "memory failure by registered address spaces of frames signals and does not unmap"));
    }

    @Override
    public List<String> bootWords(BootRequest request) {
        NodeRoom room = new NodeRoom(request.machine());
        List<String> words = new ArrayList<>();
        new TreeMap<>(request.bytesByNode()).forEach((node, bytes) -> room.highest(node, bytes, request.pageSize())
                .forEach(piece -> words.add("memmap=%s$0x%x".formatted(NodeRoom.exact(piece.bytes()),
                        piece.startPhysicalAddress()))));
        return words;
    }

    @Override
    public GuestLayout layout() {
        return GuestLayout.RANGES;
    }

    @Override
    public Optional<HookSet> hooks() {
        return Optional.of(hooks);
    }

    @Override
    public Carveout setAside(PageSize pageSize, Map<Integer, Long> bytesByNode) {
        return carveout.begin(new ExtentCarveout(new Rules(), pageSize,
                new SetAsideRanges(reservation).of(bytesByNode, pageSize), reservation.topology()));
    }

    @Override
    public List<MetadataCost> metadata(long bytes, PageSize pageSize) {
        WholePages.require(bytes, pageSize);
        return costs(1);
    }

    private static List<MetadataCost> costs(int ranges) {
        return List.of(new MetadataCost(MetadataKind.EXTENTS, ranges * RESOURCE_BYTES,
                "one struct resource of 64 bytes for each of %d ranges".formatted(ranges)));
    }

    /** A registered address space of frames: those who map the frame are told, and nothing is unmapped. */
    @Override
    public @Nullable Outcome failed(long pfn) {
        for (ExtentFile file : carveout.get().map(ExtentCarveout::files).orElse(List.of())) {
            long page = file.pageOffsetOf(pfn);
            if (page >= 0) {
                return Outcome.ofFile("recovery action for a pfn address space: its mappers are told", file.mapping(),
                        page, file.pageSize().shift());
            }
        }
        return null;
    }

    /** Several ranges a guest, by address. */
    private final class Rules implements ExtentCarveout.Rules {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean contiguous() {
            return layout() == GuestLayout.ONE_RANGE;
        }

        @Override
        public ExtentFile open(String guest, List<Extent> extents, PageSize pageSize) {
            return new PfnmapFile(guest, extents, pageSize, addressSpaces.newFileMapping(), memory.bytes());
        }

        @Override
        public List<MetadataCost> metadata(long bytes, PageSize pageSize, int extents) {
            return costs(Math.max(1, extents));
        }

        @Override
        public void ended() {
            carveout.ended();
        }
    }
}
