package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPool;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A region over 128 GiB: its error bitmap, a bit for each 4K frame, is more than kmalloc has in one piece (patch 30). */
@Component
public final class LargeRegion implements Scenario {
    private final Dmemfs dmemfs;
    private final DmemPool pool;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param pool its pool
     */
    @Activate
    public LargeRegion(@Reference Dmemfs dmemfs, @Reference DmemPool pool) {
        this.dmemfs = dmemfs;
        this.pool = pool;
    }

    @Override
    public String name() {
        return "large_region";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(30);
    }

    @Override
    public Map<String, String> machine() {
        return Map.of("machine", "1x256G", "cmdline", "dmem=160G:1G");
    }

    @Override
    public void run(SeriesVersion series, Consumer<Step> told) {
        Transcript.run(series, told, this::show);
    }

    private void show(Transcript transcript) {
        transcript.call("regions", Expected.always(1), () -> pool.usage().regions());
        transcript.call("mount at 2M", Expected.always("81920 dpages of 2M are free"), () -> {
            try (Mount mount = dmemfs.mount("/scenario/large", "pagesize=2M")) {
                return "%d dpages of %s are free".formatted(Ledger.free(pool), mount.pageSize().label());
            }
        });
    }
}
