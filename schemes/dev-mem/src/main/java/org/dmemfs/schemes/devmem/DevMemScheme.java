package org.dmemfs.schemes.devmem;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.HookSet;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.CurrentCarveout;
import org.dmemfs.schemes.Extent;
import org.dmemfs.schemes.ExtentCarveout;
import org.dmemfs.schemes.ExtentFile;
import org.dmemfs.schemes.GuestLayout;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;
import org.dmemfs.schemes.NodeRoom;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.dmemfs.schemes.SetAsideRanges;
import org.dmemfs.schemes.UnpatchedHooks;
import org.dmemfs.schemes.WholePages;

/** /dev/mem of one kernel. */
sealed class DevMemScheme implements Scheme permits DevMem510, DevMem60 {
    /** {@code struct resource} on x86-64: the one record that the kernel keeps of a range. */
    private static final long RESOURCE_BYTES = 64;

    private final String kernel;
    private final SeriesVersion machineSeries;
    private final AddressSpaces addressSpaces;
    private final PhysicalMemory memory;
    private final Reservation reservation;
    private final HookSet hooks = new UnpatchedHooks();
    private final CurrentCarveout<ExtentCarveout> carveout;

    DevMemScheme(String kernel, SeriesVersion machineSeries, AddressSpaces addressSpaces, PhysicalMemory memory,
            Reservation reservation) {
        this.kernel = kernel;
        this.machineSeries = machineSeries;
        this.addressSpaces = addressSpaces;
        this.memory = memory;
        this.reservation = reservation;
        this.carveout = new CurrentCarveout<>("dev-mem-" + kernel);
    }

    /** Takes back what it has set aside. */
    final void end() {
        carveout.close();
    }

    @Override
    public SchemeDescription description() {
        return new SchemeDescription("dev-mem-" + kernel, "dev-mem", kernel, false, machineSeries,
                Set.of(PageSize.SIZE_4K), List.of(), List.of());
    }

    @Override
    public List<String> bootWords(BootRequest request) {
        requireSize(request.pageSize());
        NodeRoom room = new NodeRoom(request.machine());
        List<MemoryRange> pieces = new ArrayList<>();
        new TreeMap<>(request.bytesByNode())
                .forEach((node, bytes) -> pieces.addAll(room.highest(node, bytes, PageSize.SIZE_4K)));
        if (pieces.size() == 1
                && pieces.getFirst().endPhysicalAddress() == request.machine().memoryMap().endOfRam()) {
            return List.of("mem=" + NodeRoom.exact(pieces.getFirst().startPhysicalAddress()));
        }
        return pieces.stream()
                .map(piece -> "memmap=%s$0x%x".formatted(NodeRoom.exact(piece.bytes()), piece.startPhysicalAddress()))
                .toList();
    }

    @Override
    public GuestLayout layout() {
        return GuestLayout.ONE_RANGE;
    }

    @Override
    public Optional<HookSet> hooks() {
        return Optional.of(hooks);
    }

    @Override
    public Carveout setAside(PageSize pageSize, Map<Integer, Long> bytesByNode) {
        requireSize(pageSize);
        return carveout.begin(new ExtentCarveout(new Rules(), pageSize,
                new SetAsideRanges(reservation).of(bytesByNode, pageSize), reservation.topology()));
    }

    @Override
    public List<MetadataCost> metadata(long bytes, PageSize pageSize) {
        requireSize(pageSize);
        WholePages.require(bytes, pageSize);
        return costs(1);
    }

    private static List<MetadataCost> costs(int ranges) {
        return List.of(new MetadataCost(MetadataKind.EXTENTS, ranges * RESOURCE_BYTES,
                "one struct resource of 64 bytes for each of %d ranges of the memory map".formatted(ranges)));
    }

    private static void requireSize(PageSize pageSize) {
        if (pageSize != PageSize.SIZE_4K) {
            throw new ErrnoException(Errno.EINVAL,
                    "/dev/mem maps no pages of " + pageSize.label() + ": its entries are of 4K");
        }
    }

    /** One range a guest, by address. */
    private final class Rules implements ExtentCarveout.Rules {
        @Override
        public String name() {
            return description().name();
        }

        @Override
        public boolean contiguous() {
            return layout() == GuestLayout.ONE_RANGE;
        }

        @Override
        public ExtentFile open(String guest, List<Extent> extents, PageSize pageSize) {
            return new DevMemFile(extents, addressSpaces.newFileMapping(), memory.bytes());
        }

        @Override
        public List<MetadataCost> metadata(long bytes, PageSize pageSize, int extents) {
            return costs(1);
        }

        @Override
        public void ended() {
            carveout.ended();
        }
    }
}
