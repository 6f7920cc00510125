package org.dmemfs.conformance.scenarios;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What mount accepts, and that one page size holds for the machine until the last unmount (patches 01 and 03). */
@Component
public final class MountRules implements Scenario {
    private final Dmemfs dmemfs;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     */
    @Activate
    public MountRules(@Reference Dmemfs dmemfs) {
        this.dmemfs = dmemfs;
    }

    @Override
    public String name() {
        return "mount_rules";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(1, 3);
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
        for (String refused : List.of("pagesize=3K", "pagesize=8K", "pagesize=0", "pagesize=large", "colour=red")) {
            transcript.call("mount -o " + refused, Expected.always("EINVAL"), () -> mountOnce(refused));
        }
        transcript.call("mount without an option", Expected.always("4K"), () -> mountOnce(""));
        transcript.call("mount -o pagesize=0x200000", Expected.always("2M"), () -> mountOnce("pagesize=0x200000"));
        transcript.call("mount -o pagesize=1G", Expected.always("1G"), () -> mountOnce("pagesize=1G"));
        try (Mount first = dmemfs.mount("/scenario/first", "pagesize=2M")) {
            transcript.call("a second mount at 2M", Expected.always("2M"), () -> mountOnce("pagesize=2M"));
            transcript.call("a second mount at 4K", Expected.always("EBUSY"), () -> mountOnce("pagesize=4K"));
            transcript.call("statfs: f_type", Expected.always("2ace90c6"),
                    () -> Long.toHexString(first.statfs().type()));
            transcript.call("statfs: f_bsize", Expected.always(2 << 20), () -> first.statfs().blockBytes());
            // Defect 12.2.14: as posted the counts of blocks stay 0.
            transcript.call("statfs: f_bfree", Expected.repairedOrPosted(2048, 0), () -> first.statfs().freeBlocks());
            // Defect 12.2.10: the condition in show_options is the wrong way round.
            transcript.call("/proc/mounts shows the page size", Expected.repairedOrPosted(true, false),
                    () -> first.showOptions().contains("pagesize"));
            first.mkdir("/directory");
            transcript.call("links of the root with a directory in it", Expected.always(3),
                    () -> first.stat("/").links());
        }
        transcript.call("mount at 4K after the last unmount", Expected.always("4K"), () -> mountOnce("pagesize=4K"));
    }

    private String mountOnce(String options) {
        try (Mount mount = dmemfs.mount("/scenario/once", options)) {
            return mount.pageSize().label();
        }
    }
}
