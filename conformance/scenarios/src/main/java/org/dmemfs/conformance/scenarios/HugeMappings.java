package org.dmemfs.conformance.scenarios;

import static org.dmemfs.mm.Protection.READ;
import static org.dmemfs.mm.Protection.WRITE;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Task;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * One touch maps a whole dpage at its own level; follow_pfn finds the 4K frame in it, get_user_pages nothing (patches 18
 * to 21 and 24 to 29).
 */
@Component
public final class HugeMappings implements Scenario {
    private static final long NATURE = 4096;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     */
    @Activate
    public HugeMappings(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
    }

    @Override
    public String name() {
        return "huge_mappings";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(5, 18, 19, 20, 21, 24, 27, 28, 29);
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
            try (Mount mount = dmemfs.mount("/scenario/huge", "pagesize=" + size.label());
                    Task task = addressSpaces.newTask("toucher", 0);
                    OpenFile file = mount.create("/file")) {
                file.truncate(size.bytes());
                look(transcript, task.addressSpace(), file, size);
            }
        }
    }

    private static void look(Transcript transcript, AddressSpace memory, OpenFile file, PageSize size) {
        String at = size.label() + ": ";
        long start = memory.mmap(0, size.bytes(), Set.of(READ, WRITE), Set.of(MapFlag.SHARED), file, 0);
        transcript.call(at + "follow_pfn before a touch", Expected.always("EINVAL"), () -> memory.followPfn(start));
        memory.storeLong(start, 1);
        transcript.call(at + "level of the entry", Expected.always(size), () -> memory.mappingLevel(start));
        transcript.call(at + "faults for the whole dpage", Expected.always(1), () -> faults(memory, start, size));
        long last = size.naturePages() - 1;
        transcript.call(at + "frames from the first page to the last", Expected.always(last),
                () -> memory.followPfn(start + last * NATURE) - memory.followPfn(start));
        transcript.call(at + "get_user_pages", Expected.always("EFAULT"), () -> memory.getUserPages(start, 1, true));
        transcript.call(at + "get_user_pages_fast", Expected.always(List.of()),
                () -> memory.getUserPagesFast(start, 1, true));
        transcript.call(at + "dpages of the file", Expected.always(1), () -> file.stat().dpages());
    }

    private static long faults(AddressSpace memory, long start, PageSize size) {
        for (long offset = 0; offset < size.bytes(); offset += Math.max(NATURE, size.bytes() / 8)) {
            memory.loadLong(start + offset);
        }
        return memory.counts().pudFaults() + memory.counts().pmdFaults() + memory.counts().pteFaults();
    }
}
