package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.SystemCalls;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** mbind with MPOL_MF_STRICT walks what is mapped: dmem is a hole to it (V2's part of patches 19 and 27). In V1 the walk asks
 * for the page of a huge entry that has none, defect 12.2.13. */
@Component
public final class StrictMbind implements Scenario {
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
    public StrictMbind(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
    }

    @Override
    public String name() {
        return "strict_mbind";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(19, 27);
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
                String ofV1 = size == PageSize.SIZE_4K ? "ok" : "KILLED";
                transcript.call(size.label() + ": mbind with MPOL_MF_STRICT", new Expected("ok", "ok", ofV1),
                        () -> systemCalls.of(mapped.task()).mbindStrict(mapped.start(), size.bytes(),
                                MemoryPolicy.preferred(1)));
            }
        }
    }
}
