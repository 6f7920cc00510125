package org.dmemfs.conformance.scenarios;

import static org.dmemfs.mm.Protection.READ;
import static org.dmemfs.mm.Protection.WRITE;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPool;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Task;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Growing takes nothing, shrinking gives the tail back and unmaps it (patch 06). */
@Component
public final class Truncation implements Scenario {
    private static final long HUGE = 2 << 20;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final DmemPool pool;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param pool its pool
     */
    @Activate
    public Truncation(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces, @Reference DmemPool pool) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.pool = pool;
    }

    @Override
    public String name() {
        return "truncation";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(6);
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
        try (Mount mount = dmemfs.mount("/scenario/truncation", "pagesize=2M");
                Task task = addressSpaces.newTask("writer", 0);
                OpenFile file = mount.create("/file")) {
            long free = Ledger.free(pool);
            transcript.call("truncate to 4K", Expected.always("EINVAL"), () -> file.truncate(4096));
            transcript.call("truncate to 8M", Expected.always("ok"), () -> file.truncate(4 * HUGE));
            transcript.call("dpages taken by growing", Expected.always(0), () -> free - Ledger.free(pool));
            AddressSpace memory = task.addressSpace();
            long start = memory.mmap(0, 4 * HUGE, Set.of(READ, WRITE), Set.of(MapFlag.SHARED), file, 0);
            for (int dpage = 0; dpage < 4; dpage++) {
                memory.storeLong(start + dpage * HUGE, dpage + 1);
            }
            transcript.call("dpages taken by touching each", Expected.always(4), () -> free - Ledger.free(pool));
            transcript.call("truncate to 2M", Expected.always("ok"), () -> file.truncate(HUGE));
            transcript.call("dpages that are left", Expected.always(1), () -> free - Ledger.free(pool));
            transcript.call("what was stored in the part that stays", Expected.always(1),
                    () -> memory.loadLong(start));
            transcript.call("a load from the part that went", Expected.always("BUS_ADRERR"),
                    () -> memory.loadLong(start + HUGE));
            file.truncate(2 * HUGE);
            // Defect 12.2.14: as posted a dpage is handed out as its last owner left it, and the last one put back is
            // the first that is found.
            transcript.call("a load from the part that came back", Expected.repairedOrPosted(0, 2),
                    () -> memory.loadLong(start + HUGE));
        }
    }
}
