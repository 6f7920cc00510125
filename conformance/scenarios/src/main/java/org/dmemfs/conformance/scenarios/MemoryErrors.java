package org.dmemfs.conformance.scenarios;

import static org.dmemfs.mm.Protection.READ;
import static org.dmemfs.mm.Protection.WRITE;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * A page goes bad while a task has it mapped: the dpage is retired when it is freed and never handed out again; a second
 * report does nothing; a frame that is no dmem is handled elsewhere (patches 31 and 32), as plain memory always was: whoever
 * maps the page, a child by fork too, loses 4K of it and hears of it early or at the touch.
 */
@Component
public final class MemoryErrors implements Scenario {
    private static final long HUGE = 2 << 20;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final DmemPool pool;
    private final MemoryFailure memoryFailure;
    private final SystemCalls systemCalls;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param pool its pool
     * @param memoryFailure its way to report bad frames
     * @param systemCalls what tasks ask of it
     */
    @Activate
    public MemoryErrors(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces, @Reference DmemPool pool,
            @Reference MemoryFailure memoryFailure, @Reference SystemCalls systemCalls) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.pool = pool;
        this.memoryFailure = memoryFailure;
        this.systemCalls = systemCalls;
    }

    @Override
    public String name() {
        return "memory_errors";
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
        try (Mount mount = dmemfs.mount("/scenario/errors", "pagesize=2M")) {
            long retired = retired();
            try (Task task = addressSpaces.newTask("victim", 0); OpenFile file = mount.create("/file")) {
                file.truncate(HUGE);
                poison(transcript, task.addressSpace(), file);
                transcript.call("retired while the file has it", Expected.always(0), () -> retired() - retired);
            }
            mount.unlink("/file");
            transcript.call("retired once the file has gone", Expected.always(1), () -> retired() - retired);
        }
        poisonPlain(transcript);
        transcript.call("a frame that nothing knows", Expected.always("ENXIO"),
                () -> memoryFailure.memoryFailure(1L << 40, Set.of()));
    }

    private void poison(Transcript transcript, AddressSpace memory, OpenFile file) {
        long start = memory.mmap(0, HUGE, Set.of(READ, WRITE), Set.of(MapFlag.SHARED), file, 0);
        memory.storeLong(start, 1);
        long pfn = memory.followPfn(start + 3 * 4096);
        Set<MemoryFailureFlag> flags = Set.of(MemoryFailureFlag.ACTION_REQUIRED, MemoryFailureFlag.MUST_KILL);
        transcript.call("memory_failure of a page in use", Expected.always("USED_ANNOUNCED"),
                () -> memoryFailure.memoryFailure(pfn, flags));
        transcript.call("the same frame again", Expected.always("ALREADY_KNOWN"),
                () -> memoryFailure.memoryFailure(pfn, flags));
        transcript.call("the pool's list of bad frames has it", Expected.always(true),
                () -> pool.badFrames().contains(pfn));
    }

    private void poisonPlain(Transcript transcript) {
        try (Task parent = addressSpaces.newTask("parent", 0)) {
            long start = parent.addressSpace().mmap(0, HUGE, Set.of(READ, WRITE),
                    Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS), null, 0);
            parent.addressSpace().storeLong(start, 1);
            parent.prctlMachineCheckEarly(true);
            try (Task child = systemCalls.fork(parent, "child")) {
                List<Long> pinned = parent.addressSpace().getUserPages(start, 1, false);
                parent.addressSpace().unpinUserPages(pinned);
                transcript.call("memory_failure of a plain page that a child has too", Expected.always("NOT_DMEM"),
                        () -> memoryFailure.memoryFailure(pinned.getFirst(), Set.of()));
                transcript.call("the parent, which asked to hear early", Expected.always("[BUS_MCEERR_AO]"),
                        () -> kinds(parent));
                transcript.call("the child, which did not", Expected.always("[]"), () -> kinds(child));
                transcript.call("the child touches it", Expected.always("BUS_MCEERR_AR"),
                        () -> child.addressSpace().loadLong(start));
            }
        }
    }

    private static List<BusSignal.Kind> kinds(Task task) {
        return task.signals().stream().map(BusSignal::kind).toList();
    }

    private long retired() {
        return pool.usage().nodes().stream().mapToLong(NodeUsage::retired).sum();
    }
}
