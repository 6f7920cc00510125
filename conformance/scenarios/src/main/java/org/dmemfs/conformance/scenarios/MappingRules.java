package org.dmemfs.conformance.scenarios;

import static org.dmemfs.mm.Protection.READ;
import static org.dmemfs.mm.Protection.WRITE;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What mmap, munmap and mprotect accept on a file of 2M dpages (patches 05, 16, 23 and 24). */
@Component
public final class MappingRules implements Scenario {
    private static final long HUGE = 2 << 20;
    private static final long NATURE = 4096;
    private static final Set<Protection> READ_WRITE = Set.of(READ, WRITE);

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     */
    @Activate
    public MappingRules(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
    }

    @Override
    public String name() {
        return "mapping_rules";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(5, 16, 23, 24);
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
        try (Mount mount = dmemfs.mount("/scenario/mapping", "pagesize=2M");
                Task task = addressSpaces.newTask("mapper", 0)) {
            AddressSpace memory = task.addressSpace();
            try (OpenFile file = mount.create("/file")) {
                file.truncate(4 * HUGE);
                refusals(transcript, memory, file);
                accepted(transcript, memory, file);
            }
            try (OpenFile readOnly = mount.open("/file", OpenMode.READ_ONLY)) {
                transcript.call("mmap of a file opened for reading", Expected.always("EINVAL"),
                        () -> memory.mmap(0, HUGE, Set.of(READ), Set.of(MapFlag.SHARED), readOnly, 0));
            }
        }
    }

    private static void refusals(Transcript transcript, AddressSpace memory, OpenFile file) {
        transcript.call("mmap, MAP_PRIVATE", Expected.always("EINVAL"),
                () -> memory.mmap(0, HUGE, READ_WRITE, Set.of(MapFlag.PRIVATE), file, 0));
        transcript.call("mmap at offset 4K", Expected.always("EINVAL"),
                () -> memory.mmap(0, HUGE, READ_WRITE, Set.of(MapFlag.SHARED), file, NATURE));
        transcript.call("mmap of 4K", Expected.always("EINVAL"),
                () -> memory.mmap(0, NATURE, READ_WRITE, Set.of(MapFlag.SHARED), file, 0));
        transcript.call("mmap at a fixed address that is no multiple of 2M", Expected.always("EINVAL"),
                () -> memory.mmap(HUGE + NATURE, HUGE, READ_WRITE, Set.of(MapFlag.SHARED, MapFlag.FIXED), file, 0));
    }

    private static void accepted(Transcript transcript, AddressSpace memory, OpenFile file) {
        long start = memory.mmap(0, 4 * HUGE, READ_WRITE, Set.of(MapFlag.SHARED), file, 0);
        transcript.call("the address that mmap found, within 2M", Expected.always(0), () -> start % HUGE);
        transcript.call("mprotect to the same", Expected.always("ok"),
                () -> memory.mprotect(start, 4 * HUGE, READ_WRITE));
        transcript.call("mprotect to read-only", Expected.always("EINVAL"),
                () -> memory.mprotect(start, 4 * HUGE, Set.of(READ)));
        transcript.call("munmap of 4K", Expected.always("EINVAL"), () -> memory.munmap(start, NATURE));
        transcript.call("munmap of 2M", Expected.always("ok"), () -> memory.munmap(start, HUGE));
        transcript.call("a load where it was", Expected.always("SEGV_MAPERR"), () -> memory.loadLong(start));
        transcript.call("a store behind it", Expected.always("ok"), () -> memory.storeLong(start + HUGE, 1));
        memory.munmap(start + HUGE, 3 * HUGE);
    }
}
