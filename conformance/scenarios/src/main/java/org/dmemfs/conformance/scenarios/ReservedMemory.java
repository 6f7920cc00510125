package org.dmemfs.conformance.scenarios;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.Memblock;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Memory that {@code dmem=} takes at boot: per node from the top down, without {@code struct page}; what the parser takes
 * and what not (patch 02). */
@Component
public final class ReservedMemory implements Scenario {
    private static final String MACHINE = "2x8G";

    private final Reservation reservation;
    private final Memblock memblock;
    private final AddressSpaces addressSpaces;

    /**
     * On a machine.
     *
     * @param reservation what became of its memory at boot
     * @param memblock the walk as a calculation
     * @param addressSpaces its memory manager
     */
    @Activate
    public ReservedMemory(@Reference Reservation reservation, @Reference Memblock memblock,
            @Reference AddressSpaces addressSpaces) {
        this.reservation = reservation;
        this.memblock = memblock;
        this.addressSpaces = addressSpaces;
    }

    @Override
    public String name() {
        return "reserved_memory";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(2);
    }

    @Override
    public Map<String, String> machine() {
        return SmallMachine.OPTIONS;
    }

    @Override
    public void run(SeriesVersion series, Consumer<Step> told) {
        Transcript.run(series, told, this::show);
    }

    private void show(Transcript transcript) {
        transcript.call("bytes of each region", Expected.always("[2G, 2G]"),
                () -> reservation.regions().stream().map(region -> MemorySize.format(region.bytes())).toList());
        transcript.call("their nodes", Expected.always("[0, 1]"),
                () -> reservation.regions().stream().map(DmemRegion::node).sorted().toList());
        transcript.call("regions that end where their node's memory does", Expected.always(2),
                () -> reservation.regions().stream().filter(this::isOnTop).count());
        transcript.call("pfn_valid of each region's first frame", Expected.always("[false, false]"),
                () -> reservation.regions().stream()
                        .map(region -> addressSpaces.pfnValid(region.startPhysicalAddress() >> 12)).toList());
        transcript.call("pfn_valid of the frame before it", Expected.always("[true, true]"),
                () -> reservation.regions().stream()
                        .map(region -> addressSpaces.pfnValid((region.startPhysicalAddress() >> 12) - 1)).toList());
        transcript.call("registered_pages", Expected.always(1 << 20), reservation::registeredPages);
        parse(transcript);
    }

    private void parse(Transcript transcript) {
        for (String refused : List.of("0x40200000:1G", "0", "4G:3G", "4G:64M", "1G@5G@6G", "1G%2G", "!1G@5G")) {
            transcript.call("dmem=" + refused, Expected.always("EINVAL"), () -> taken(refused));
        }
        transcript.call("dmem=1G:1G@5G", Expected.always("[0x140000000-0x180000000]"), () -> taken("1G:1G@5G"));
        transcript.call("dmem=1G dmem=2G, the last wins", Expected.always("4G"),
                () -> MemorySize.format(memblock.reserve(MACHINE, "dmem=1G dmem=2G").bytes()));
        transcript.call("dmem=1G dmem=0, a bad one leaves the good one in force", Expected.always("2G"),
                () -> MemorySize.format(memblock.reserve(MACHINE, "dmem=1G dmem=0").bytes()));
        transcript.call("dmem=!6G leaves each node at least 5 of its 8 GiB and takes some", Expected.always(2),
                () -> memblock.reserve(MACHINE, "dmem=!6G").regions().stream().map(DmemRegion::node).distinct()
                        .count());
        transcript.call("no dmem=", Expected.always("[]"), () -> memblock.reserve(MACHINE, "").regions());
    }

    private boolean isOnTop(DmemRegion region) {
        return reservation.memoryMap().ranges().stream()
                .filter(range -> range.node() == region.node() && range.kind() == FrameKind.RAM)
                .noneMatch(range -> range.startPhysicalAddress() > region.startPhysicalAddress());
    }

    private String taken(String dmem) {
        return memblock.reserve(MACHINE, "dmem=" + dmem).regions().stream()
                .map(region -> "0x%x-0x%x".formatted(region.startPhysicalAddress(), region.endPhysicalAddress()))
                .toList().toString();
    }
}
