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
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** munmap of a touched huge entry takes it away and says nothing (patches 15, 17 at 2M, 27 at 1G; 13, 14, 20 and 26 are not
 * needed for it). Its neighbour stays mapped, so that no page table goes with it, which would flush the TLB in any case. */
@Component
public final class Unmapping implements Scenario {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final KernelLog log;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param log its kernel log
     */
    @Activate
    public Unmapping(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces, @Reference KernelLog log) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.log = log;
    }

    @Override
    public String name() {
        return "unmapping";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(13, 14, 15, 17, 20, 26, 27);
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
            try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, size, 2 * size.bytes())) {
                mapped.touch(size.bytes());
                String at = size.label() + ": ";
                transcript.call(at + "a store", Expected.always("ok"), () -> mapped.touch(0));
                Complaints complaints = Complaints.from(log);
                transcript.call(at + "munmap of the first of two dpages", Expected.always("ok"),
                        () -> mapped.memory().munmap(mapped.start(), size.bytes()));
                transcript.call(at + "what the kernel log complains of", Expected.always("[]"), complaints::lines);
                transcript.call(at + "a load where it was", Expected.always("SEGV_MAPERR"),
                        () -> mapped.memory().loadLong(mapped.start()));
                transcript.call(at + "dpages that the file keeps", Expected.always(2),
                        () -> mapped.file().stat().dpages());
            }
        }
    }
}
