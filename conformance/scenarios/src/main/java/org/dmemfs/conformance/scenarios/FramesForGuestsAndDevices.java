package org.dmemfs.conformance.scenarios;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.Vfio;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** follow_pfn finds the frame in a huge entry, and with it a guest runs on the mapping and a device maps it (patches 21 at
 * 2M, 29 at 1G). */
@Component
public final class FramesForGuestsAndDevices implements Scenario {
    private static final long NATURE = 4096;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final Hypervisor hypervisor;
    private final Vfio vfio;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param hypervisor its guests that an interpreter runs
     * @param vfio its devices
     */
    @Activate
    public FramesForGuestsAndDevices(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference(target = "(guest=tdp)") Hypervisor hypervisor, @Reference Vfio vfio) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.hypervisor = hypervisor;
        this.vfio = vfio;
    }

    @Override
    public String name() {
        return "frames_for_guests_and_devices";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(21, 29);
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
        for (PageSize size : List.of(PageSize.SIZE_2M, PageSize.SIZE_1G)) {
            try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, size, size.bytes())) {
                use(transcript, size, mapped);
            }
        }
    }

    private void use(Transcript transcript, PageSize size, MappedFile mapped) {
        AddressSpace memory = mapped.memory();
        String at = size.label() + ": ";
        mapped.touch(0);
        long last = size.naturePages() - 1;
        transcript.call(at + "follow_pfn of the last page, from the dpage's first frame", Expected.always(last),
                () -> memory.followPfn(mapped.start() + last * NATURE) - mapped.file().frameAt(0).orElseThrow());
        transcript.call(at + "KVM_RUN of a guest on it", Expected.always("PortWrite"),
                () -> GuestRun.once(hypervisor, memory, mapped.start(), size.bytes()));
        try (Container container = vfio.open("scenario", mapped.task())) {
            // Defect 12.2.6: as V2 was posted the first reference oopses.
            transcript.call(at + "a DMA map of it", new Expected("ok", "EFAULT", "ok"), () -> container.mapDma(0,
                    mapped.start(), size.bytes(), Set.of(DmaPermission.READ, DmaPermission.WRITE)));
        }
    }
}
