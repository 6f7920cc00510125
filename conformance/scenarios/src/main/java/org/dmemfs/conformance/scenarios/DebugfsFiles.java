package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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

/** The figures of the pool in debugfs, before, during and after its use (patch 08). */
@Component
public final class DebugfsFiles implements Scenario {
    private static final String FOLDER = "dmem/";

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final PseudoFileSystem debugfs;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param debugfs its debugfs
     */
    @Activate
    public DebugfsFiles(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference(target = "(mountPoint=/sys/kernel/debug)") PseudoFileSystem debugfs) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.debugfs = debugfs;
    }

    @Override
    public String name() {
        return "debugfs_files";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(8);
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
        transcript.call("the files of dmem", Expected.always("[dpage_shift, free_dpages, node0/free_dpages, "
                + "node0/total_dpages, node1/free_dpages, node1/total_dpages, region_num, registered_pages, total_dpages, "
                + "unaligned_pages]"),
                () -> debugfs.files().stream().filter(path -> path.startsWith(FOLDER))
                        .map(path -> path.substring(FOLDER.length())).toList());
        read(transcript, "before a mount", "region_num", 2);
        read(transcript, "before a mount", "registered_pages", 1 << 20);
        read(transcript, "before a mount", "dpage_shift", 0);
        read(transcript, "before a mount", "total_dpages", 0);
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, PageSize.SIZE_2M.bytes())) {
            read(transcript, "mounted at 2M", "dpage_shift", 21);
            read(transcript, "mounted at 2M", "total_dpages", 2048);
            mapped.touch(0);
            read(transcript, "one dpage touched", "free_dpages", 2047);
            read(transcript, "one dpage touched", "node0/free_dpages", 1023);
            read(transcript, "one dpage touched", "node1/free_dpages", 1024);
        }
        read(transcript, "after the last unmount", "total_dpages", 0);
    }

    private void read(Transcript transcript, String when, String file, long expected) {
        transcript.call(when + ": " + file, Expected.always(expected), () -> debugfs.read(FOLDER + file).strip());
    }
}
