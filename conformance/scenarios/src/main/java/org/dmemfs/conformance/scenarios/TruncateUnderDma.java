package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPool;
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

/** A file is truncated while a device has it mapped: the memory stays until the device lets go (patch 36, by the counts of
 * 35). V1 frees it under the device; as V2 was posted the DMA map oopses, defect 12.2.6. */
@Component
public final class TruncateUnderDma implements Scenario {
    private static final PageSize HUGE = PageSize.SIZE_2M;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final Vfio vfio;
    private final DmemPool pool;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param vfio its devices
     * @param pool its pool
     */
    @Activate
    public TruncateUnderDma(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces, @Reference Vfio vfio,
            @Reference DmemPool pool) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.vfio = vfio;
        this.pool = pool;
    }

    @Override
    public String name() {
        return "truncate_under_dma";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(35, 36);
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
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, HUGE, HUGE.bytes());
                Container container = vfio.open("scenario", mapped.task())) {
            long free = Ledger.free(pool);
            mapped.touch(0);
            transcript.call("DMA map", new Expected("ok", "EFAULT", "ok"), () -> container.mapDma(0, mapped.start(),
                    HUGE.bytes(), Set.of(DmaPermission.READ, DmaPermission.WRITE)));
            transcript.call("truncate to 0", Expected.always("ok"), () -> mapped.file().truncate(0));
            transcript.call("dpages that are not free while the device has them", new Expected("1", "0", "0"),
                    () -> free - Ledger.free(pool));
            transcript.call("DMA unmap", Expected.always("ok"), () -> {
                container.unmapDma(0, HUGE.bytes());
            });
            transcript.call("dpages that are not free after it", Expected.always(0), () -> free - Ledger.free(pool));
        }
    }
}
