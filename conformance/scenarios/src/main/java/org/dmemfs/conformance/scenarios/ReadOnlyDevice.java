package org.dmemfs.conformance.scenarios;

import static org.dmemfs.mm.Protection.READ;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.Vfio;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A device that writes is not given a mapping that its owner may only read (patch 25). */
@Component
public final class ReadOnlyDevice implements Scenario {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final Vfio vfio;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param vfio its devices
     */
    @Activate
    public ReadOnlyDevice(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces, @Reference Vfio vfio) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.vfio = vfio;
    }

    @Override
    public String name() {
        return "read_only_device";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(25);
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
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, PageSize.SIZE_2M.bytes(),
                Set.of(READ)); Container container = vfio.open("scenario", mapped.task())) {
            transcript.call("a store of the task", Expected.always("SEGV_ACCERR"), () -> mapped.touch(0));
            // Touched, so that follow_pfn answers: a fault on behalf of the device would be refused before the patch too.
            mapped.memory().loadByte(mapped.start());
            transcript.call("a writing DMA map of a read-only mapping", Expected.always("EFAULT"),
                    () -> container.mapDma(0, mapped.start(), PageSize.SIZE_2M.bytes(),
                            Set.of(DmaPermission.READ, DmaPermission.WRITE)));
            // Defect 12.2.6: as V2 was posted the first reference oopses.
            transcript.call("one that reads", new Expected("ok", "EFAULT", "ok"), () -> container.mapDma(0,
                    mapped.start(), PageSize.SIZE_2M.bytes(), Set.of(DmaPermission.READ)));
        }
    }
}
