package org.dmemfs.conformance.scenarios;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.AddressSpaces;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The record of steal time of a guest on dmem is kept, and the hypervisor reaches the guest's page (patch 33). V1 switched
 * the recording off, for every guest. */
@Component
public final class StealTimeRecord implements Scenario {
    private static final long RECORD = 4096;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final Hypervisor hypervisor;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     * @param hypervisor its guests that an interpreter runs
     */
    @Activate
    public StealTimeRecord(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference(target = "(guest=tdp)") Hypervisor hypervisor) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.hypervisor = hypervisor;
    }

    @Override
    public String name() {
        return "steal_time";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(33);
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
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, PageSize.SIZE_2M.bytes());
                VirtualMachine guest = GuestRun.machine(hypervisor, mapped.memory(), mapped.start(),
                        PageSize.SIZE_2M.bytes())) {
            VirtualProcessor processor = guest.createProcessor();
            processor.enableStealTime(RECORD);
            mapped.memory().storeLong(mapped.start() + RECORD + Long.BYTES, 0);
            transcript.call("version of the record before a run", Expected.always(0), () -> version(mapped));
            transcript.call("KVM_RUN", Expected.always("PortWrite"), () -> GuestRun.exit(processor));
            transcript.call("version of the record after it, 2 more for each time it is written",
                    new Expected("2", "2", "0"), () -> version(mapped));
            transcript.call("KVM_RUN once more", Expected.always("PortWrite"), () -> GuestRun.exit(processor));
            transcript.call("version after two runs", new Expected("4", "4", "0"), () -> version(mapped));
            transcript.call("kvm_vcpu_map of the page, as for a nested guest", new Expected("ok", "ok", "EINVAL"),
                    () -> {
                        guest.mapGuestPage(RECORD);
                    });
        }
    }

    private static long version(MappedFile mapped) {
        return mapped.memory().loadLong(mapped.start() + RECORD + Long.BYTES) & 0xFFFF_FFFFL;
    }
}
