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

/** A mapping is not split inside a dpage (patch 16). */
@Component
public final class MisalignedMunmap implements Scenario {
    private static final long NATURE = 4096;

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
    public MisalignedMunmap(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference KernelLog log) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.log = log;
    }

    @Override
    public String name() {
        return "misaligned_munmap";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(16);
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
                mapped.touch(NATURE);
                Complaints complaints = Complaints.from(log);
                transcript.call(size.label() + ": munmap of the second 4K", Expected.always("EINVAL"),
                        () -> mapped.memory().munmap(mapped.start() + NATURE, NATURE));
                transcript.call(size.label() + ": what the kernel log complains of", Expected.always("[]"),
                        complaints::lines);
                transcript.call(size.label() + ": a load of it", Expected.always(1),
                        () -> mapped.memory().loadLong(mapped.start() + NATURE));
            }
        }
    }
}
