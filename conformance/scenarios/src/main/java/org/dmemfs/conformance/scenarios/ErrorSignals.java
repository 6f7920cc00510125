package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A page goes bad in a file that a task maps which asked to hear of it early: the task is signalled (patch 32; what it hears
 * of is patch 31's). As posted the address is that of the dpage and the entry stays, defect 12.2.11. */
@Component
public final class ErrorSignals implements Scenario {
    private static final long BAD = 3 * 4096;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final MemoryFailure memoryFailure;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param memoryFailure its way to report bad frames
     */
    @Activate
    public ErrorSignals(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference MemoryFailure memoryFailure) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.memoryFailure = memoryFailure;
    }

    @Override
    public String name() {
        return "error_signals";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(31, 32);
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
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, PageSize.SIZE_2M.bytes())) {
            mapped.touch(0);
            mapped.task().prctlMachineCheckEarly(true);
            long pfn = mapped.file().frameAt(BAD).orElseThrow();
            transcript.call("memory_failure with MF_MUST_KILL", Expected.always("USED_ANNOUNCED"),
                    () -> memoryFailure.memoryFailure(pfn, Set.of(MemoryFailureFlag.MUST_KILL)));
            transcript.call("signals of the task, from the start of the mapping",
                    Expected.repairedOrPosted("[BUS_MCEERR_AO at 0x3000 lsb 12]", "[BUS_MCEERR_AO at 0x0 lsb 12]"),
                    () -> mapped.task().signals().stream().map(signal -> "%s at 0x%x lsb %d".formatted(signal.kind(),
                            signal.virtualAddress() - mapped.start(), signal.leastSignificantBit())).toList());
            transcript.call("a load of another page of the dpage", Expected.always(1),
                    () -> mapped.memory().loadLong(mapped.start()));
        }
    }
}
