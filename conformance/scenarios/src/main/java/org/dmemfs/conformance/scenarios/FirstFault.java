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
import org.dmemfs.mm.MemoryType;
import org.dmemfs.mm.SystemCalls;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The first fault of a file's page, at each size, and what PAT says of its frame (patch 04): inserting the entry looks
 * its memory type up. */
@Component
public final class FirstFault implements Scenario {
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
    public FirstFault(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
    }

    @Override
    public String name() {
        return "first_fault";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(4);
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
                transcript.call(size.label() + ": the first store", Expected.always("ok"), () -> mapped.touch(0));
                long physicalAddress = mapped.file().frameAt(0).orElse(0) << 12;
                transcript.call(size.label() + ": memory type of its frame", Expected.always("WRITE_BACK"),
                        () -> systemCalls.memoryTypes().lookup(mapped.task(), physicalAddress >> 12));
                transcript.call(size.label() + ": reserving it as uncached", Expected.always("EBUSY"),
                        () -> systemCalls.memoryTypes().reserve(mapped.task(), physicalAddress, physicalAddress + 4096,
                                MemoryType.UNCACHED));
            }
        }
    }
}
