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
import org.dmemfs.tracing.KernelLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The lock-free gup meets a touched huge entry of dmem (patches 13, 14, 19, 20 at 2M; 26, 27 at 1G), which has no
 * {@code struct page} to pin. */
@Component
public final class FastGup implements Scenario {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final KernelLog log;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param log its kernel log
     */
    @Activate
    public FastGup(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces, @Reference KernelLog log) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.log = log;
    }

    @Override
    public String name() {
        return "fast_gup";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(13, 14, 19, 20, 26, 27);
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
        for (PageSize size : List.of(PageSize.SIZE_2M, PageSize.SIZE_1G)) {
            Complaints complaints = Complaints.from(log);
            try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, size, size.bytes())) {
                String at = size.label() + ": ";
                transcript.call(at + "a store", Expected.always("ok"), () -> mapped.touch(0));
                transcript.call(at + "get_user_pages_fast", Expected.always("[]"),
                        () -> mapped.memory().getUserPagesFast(mapped.start(), 1, false));
                transcript.call(at + "get_user_pages", Expected.always("EFAULT"),
                        () -> mapped.memory().getUserPages(mapped.start(), 1, false));
                transcript.call(at + "what the kernel log complains of", Expected.always("[]"), complaints::lines);
            }
        }
    }
}
