package org.dmemfs.conformance.scenarios;

import static org.dmemfs.mm.Protection.READ;
import static org.dmemfs.mm.Protection.WRITE;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.RemapFlag;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What mprotect, mremap, mincore and the status query of move_pages say of a mapping of dmem (patch 23; the last two as of
 * V2). */
@Component
public final class SystemCallRules implements Scenario {
    private static final long HUGE = 2 << 20;
    private static final long NATURE = 4096;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final SystemCalls systemCalls;
    private final KernelLog log;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param systemCalls the system calls of its tasks
     * @param log its kernel log
     */
    @Activate
    public SystemCallRules(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls, @Reference KernelLog log) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
        this.log = log;
    }

    @Override
    public String name() {
        return "system_call_rules";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(23);
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
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, 2 * HUGE)) {
            MemoryCalls calls = systemCalls.of(mapped.task());
            mapped.touch(0);
            Complaints complaints = Complaints.from(log);
            transcript.call("mprotect to the same", Expected.always("ok"),
                    () -> mapped.memory().mprotect(mapped.start(), 2 * HUGE, Set.of(READ, WRITE)));
            transcript.call("mincore", new Expected("1", "1", "0"), () -> calls.mincore(mapped.start(), NATURE)[0]);
            transcript.call("mremap that grows", Expected.always("EINVAL"),
                    () -> calls.mremap(mapped.start(), 2 * HUGE, 3 * HUGE, Set.of(RemapFlag.MAYMOVE), 0));
            transcript.call("mprotect to read-only", Expected.always("EINVAL"),
                    () -> mapped.memory().mprotect(mapped.start(), 2 * HUGE, Set.of(READ)));
            transcript.call("what the kernel log complains of", Expected.always("[]"), complaints::lines);
            transcript.call("mremap of the same size to another place", Expected.always("EINVAL"),
                    () -> calls.mremap(mapped.start(), 2 * HUGE, 2 * HUGE,
                            Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED), mapped.start() + 64 * HUGE)
                            - mapped.start());
        }
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, 2 * HUGE)) {
            transcript.call("mremap that shrinks", Expected.always(0), () -> systemCalls.of(mapped.task())
                    .mremap(mapped.start(), 2 * HUGE, HUGE, Set.of(), 0) - mapped.start());
        }
    }
}
