package org.dmemfs.conformance.scenarios;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Which of the four kinds of frame that a guest can have is dmem, and which has a {@code struct page} (patch 22). MMIO is
 * a frame above all RAM. */
@Component
public final class FrameKinds implements Scenario {
    private final Reservation reservation;
    private final DmemPages pages;
    private final AddressSpaces addressSpaces;

    /**
     * On a machine.
     *
     * @param reservation what became of its memory at boot
     * @param pages what it tells of dpages
     * @param addressSpaces its memory manager
     */
    @Activate
    public FrameKinds(@Reference Reservation reservation, @Reference DmemPages pages,
            @Reference AddressSpaces addressSpaces) {
        this.reservation = reservation;
        this.pages = pages;
        this.addressSpaces = addressSpaces;
    }

    @Override
    public String name() {
        return "frame_kinds";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(22);
    }

    @Override
    public Map<String, String> machine() {
        return Map.of("machine", "1x8G", "cmdline", "mem=6G dmem=1G:1G");
    }

    @Override
    public void run(SeriesVersion series, Consumer<Step> told) {
        Transcript.run(series, told, this::show);
    }

    private void show(Transcript transcript) {
        ask(transcript, "RAM", frames(FrameKind.RAM), false, true);
        ask(transcript, "dmem", frames(FrameKind.DMEM), true, false);
        ask(transcript, "RAM that mem= set aside", frames(FrameKind.SET_ASIDE), false, false);
        ask(transcript, "MMIO", List.of(reservation.memoryMap().endOfRam() >> 12), false, false);
    }

    private void ask(Transcript transcript, String kind, List<Long> frames, boolean dmem, boolean valid) {
        transcript.call("is_dmem_pfn of " + kind, Expected.always("[" + dmem + "]"),
                () -> frames.stream().map(pages::isDmem).distinct().toList());
        transcript.call("pfn_valid of " + kind, Expected.always("[" + valid + "]"),
                () -> frames.stream().map(addressSpaces::pfnValid).distinct().toList());
    }

    /** The first and the last frame of each range of a kind. */
    private List<Long> frames(FrameKind kind) {
        return reservation.memoryMap().ranges().stream().filter(range -> range.kind() == kind)
                .flatMap(range -> Stream.of(range.startPhysicalAddress() >> 12,
                        (range.endPhysicalAddress() >> 12) - 1))
                .toList();
    }
}
