package org.dmemfs.conformance.scenarios;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.SystemCalls;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Another task reads and writes a mapping of dmem, which gup refuses (patch 09). */
@Component
public final class PtraceAccess implements Scenario {
    private static final long HUGE = 2 << 20;

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
    public PtraceAccess(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
    }

    @Override
    public String name() {
        return "ptrace_access";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(9);
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
            AddressSpace memory = mapped.memory();
            MemorySegment word = MemorySegment.ofArray(new long[1]);
            mapped.touch(0);
            transcript.call("peek at what the task stored", Expected.always("8 bytes: 1"),
                    () -> peek(memory, mapped.start(), word));
            word.set(ValueLayout.JAVA_LONG, 0, 7);
            transcript.call("poke", Expected.always(8), () -> memory.accessRemote(mapped.start() + 8, word, true));
            transcript.call("the task loads it", Expected.always(7), () -> memory.loadLong(mapped.start() + 8));
            transcript.call("peek at a dpage that nobody touched: bytes read", Expected.always(8),
                    () -> memory.accessRemote(mapped.start() + HUGE, word, false));
            transcript.call("dpages of the file after it", Expected.always(2), () -> mapped.file().stat().dpages());
            transcript.call("process_vm_readv, which has gup alone", Expected.always("EFAULT"),
                    () -> systemCalls.of(mapped.task()).processVm(mapped.start(), word, false));
            mapped.file().truncate(HUGE);
            transcript.call("peek beyond the end of the file", Expected.always("EIO"),
                    () -> peek(memory, mapped.start() + HUGE, word));
        }
    }

    private static String peek(AddressSpace memory, long virtualAddress, MemorySegment word) {
        long bytes = memory.accessRemote(virtualAddress, word, false);
        return bytes + " bytes: " + word.get(ValueLayout.JAVA_LONG, 0);
    }
}
