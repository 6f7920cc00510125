package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What the documentation tells a user to do, done as it says: mount, a file of 4 GiB for a guest's memory, mapped shared
 * with a preferred node (patch 37). */
@Component
public final class DocumentedUse implements Scenario {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final Reservation reservation;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param reservation what became of its memory at boot
     */
    @Activate
    public DocumentedUse(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference Reservation reservation) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.reservation = reservation;
    }

    @Override
    public String name() {
        return "documented_use";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(37);
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
        transcript.call("mount -t dmemfs none -o pagesize=4K /mnt/; truncate /mnt/dmemfs-uuid --size 4G",
                Expected.always(4L << 30), () -> {
                    try (Mount mount = dmemfs.mount("/mnt", "pagesize=4K");
                            OpenFile file = mount.create("/dmemfs-uuid")) {
                        file.truncate(4L << 30);
                        return file.size();
                    }
                });
        transcript.call("memory-backend-file with share=yes, host-nodes=0, policy=preferred: node of the last page",
                Expected.always(0), () -> {
                    try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_4K, 4L << 30)) {
                        mapped.memory().mbind(mapped.start(), 4L << 30, MemoryPolicy.preferred(0));
                        mapped.touch((4L << 30) - 4096);
                        return reservation.memoryMap()
                                .nodeOf(mapped.file().frameAt((4L << 30) - 4096).orElseThrow());
                    }
                });
    }
}
