package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** One touch maps as much as the mount's page size, and a child of fork has nothing of it (patches 24 and 28). */
@Component
public final class FaultSizes implements Scenario {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final SystemCalls systemCalls;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param systemCalls the system calls of its tasks
     */
    @Activate
    public FaultSizes(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
    }

    @Override
    public String name() {
        return "fault_sizes";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(24, 28);
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
        for (PageSize size : PageSize.values()) {
            try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, size, size.bytes())) {
                mapped.touch(0);
                transcript.call(size.label() + ": level of the entry after one touch", Expected.always(size),
                        () -> mapped.memory().mappingLevel(mapped.start()));
                transcript.call(size.label() + ": the address that mmap found, within a dpage", Expected.always(0),
                        () -> mapped.start() % size.bytes());
                transcript.call(size.label() + ": what a child of fork maps there", Expected.always("nothing"),
                        () -> mappedInChild(mapped));
            }
        }
    }

    private String mappedInChild(MappedFile mapped) {
        try (Task child = systemCalls.fork(mapped.task(), "child")) {
            return child.addressSpace().findVma(mapped.start()) == null ? "nothing" : "the file";
        }
    }
}
