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
import org.dmemfs.mm.PageStatus;
import org.dmemfs.mm.SystemCalls;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The status query of move_pages, the one call of a user that reaches FOLL_DUMP on dmem (patch 18, and 23 at 4K, 27 at
 * 1G; 13, 14, 20 and 26 make the entry what these know). */
@Component
public final class MovePagesStatus implements Scenario {
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
    public MovePagesStatus(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
    }

    @Override
    public String name() {
        return "move_pages_status";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(13, 14, 18, 20, 23, 26, 27);
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
                String at = size.label() + ": status of ";
                transcript.call(at + "an untouched page", Expected.always("ENOENT"), () -> status(mapped));
                mapped.touch(0);
                // V1 refuses every special entry to FOLL_DUMP, V2 the huge zero page alone.
                transcript.call(at + "a touched page", new Expected("EEXIST", "EEXIST", "EFAULT"),
                        () -> status(mapped));
            }
        }
    }

    private String status(MappedFile mapped) {
        PageStatus status = systemCalls.of(mapped.task()).movePages(List.of(mapped.start())).getFirst();
        return status.errno() == null ? "node " + status.node() : status.errno().name();
    }
}
