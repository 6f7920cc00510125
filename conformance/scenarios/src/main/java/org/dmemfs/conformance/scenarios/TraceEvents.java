package org.dmemfs.conformance.scenarios;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.tracing.PseudoFileSystem;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The events that the allocator and the file system emit, as tracefs shows them (patch 07). */
@Component
public final class TraceEvents implements Scenario {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final PseudoFileSystem tracefs;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param tracefs its trace
     */
    @Activate
    public TraceEvents(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference(target = "(mountPoint=/sys/kernel/tracing)") PseudoFileSystem tracefs) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.tracefs = tracefs;
    }

    @Override
    public String name() {
        return "trace_events";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(7);
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
        transcript.call("the events of dmem and dmemfs", Expected.always(
                "[dmem:dmem_alloc_init, dmem:dmem_alloc_pages_node, dmem:dmem_free_pages, dmem:dmem_memory_failure, "
                        + "dmemfs:dmemfs_radix_tree_delete, dmemfs:dmemfs_radix_tree_insert]"),
                () -> tracefs.read("available_events").lines().toList());
        String chosen = String.join(" ", tracefs.read("set_event").lines().toList());
        transcript.call("echo dmem:* dmemfs:* > set_event", Expected.always("ok"),
                () -> tracefs.write("set_event", "dmem:* dmemfs:*"));
        int before = events().size();
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, PageSize.SIZE_2M.bytes())) {
            mapped.touch(0);
            mapped.file().truncate(0);
        }
        told(transcript, before);
        tracefs.write("set_event", "");
        if (!chosen.isEmpty()) {
            tracefs.write("set_event", chosen);
        }
    }

    private void told(Transcript transcript, int before) {
        transcript.call("mount, touch and truncate", Expected.always("[dmem_alloc_init, dmem_alloc_pages_node, "
                + "dmemfs_radix_tree_insert, dmemfs_radix_tree_delete, dmem_free_pages]"),
                () -> since(before).map(TraceEvents::name).toList());
        transcript.call("the node that was tried, what was asked for and what was got",
                Expected.always("[node=0 try_max=1 result_nr=1]"), () -> since(before)
                        .filter(line -> name(line).equals("dmem_alloc_pages_node"))
                        .map(line -> line.substring(line.indexOf("node="))).toList());
        transcript.call("the page size", Expected.always("[dpage_shift=21]"), () -> since(before)
                .filter(line -> name(line).equals("dmem_alloc_init"))
                .map(line -> line.substring(line.indexOf("dpage_shift="))).toList());
    }

    private List<String> events() {
        return tracefs.read("trace").lines().filter(line -> !line.startsWith("#")).toList();
    }

    private Stream<String> since(int before) {
        return events().stream().skip(before);
    }

    /** What stands behind the time stamp: {@code dmem_alloc_init: dpage_shift=21}. */
    private static String name(String line) {
        String event = line.substring(line.indexOf(": ") + 2);
        return event.substring(0, event.indexOf(':'));
    }
}
