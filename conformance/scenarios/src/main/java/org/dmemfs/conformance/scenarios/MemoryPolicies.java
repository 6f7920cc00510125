package org.dmemfs.conformance.scenarios;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The policy of a mapping chooses the nodes of its dpages (patch 12, which calls what patch 11 makes available). */
@Component
public final class MemoryPolicies implements Scenario {
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
    public MemoryPolicies(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference Reservation reservation) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.reservation = reservation;
    }

    @Override
    public String name() {
        return "memory_policies";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(11, 12);
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
        touched(transcript, "the default, from node 0", MemoryPolicy.systemDefault(), "[0, 0, 0, 0]");
        touched(transcript, "interleave over both nodes", MemoryPolicy.interleave(NodeMask.of(0, 1)), "[0, 1, 0, 1]");
        touched(transcript, "prefer node 1", MemoryPolicy.preferred(1), "[1, 1, 1, 1]");
        touched(transcript, "bind to node 1", MemoryPolicy.bind(NodeMask.of(1)), "[1, 1, 1, 1]");
        beyond(transcript, "prefer node 1, which has 2 of 1G", MemoryPolicy.preferred(1), "[1, 1, 0]");
        beyond(transcript, "bind to node 1, which has 2 of 1G", MemoryPolicy.bind(NodeMask.of(1)), "BUS_ADRERR");
    }

    private void touched(Transcript transcript, String policyInWords, MemoryPolicy policy, String nodes) {
        transcript.call("nodes of 4 dpages of 2M: " + policyInWords, Expected.always(nodes),
                () -> nodes(PageSize.SIZE_2M, 4, policy));
    }

    private void beyond(Transcript transcript, String policyInWords, MemoryPolicy policy, String answer) {
        transcript.call("nodes of 3 dpages of 1G: " + policyInWords, Expected.always(answer),
                () -> nodes(PageSize.SIZE_1G, 3, policy));
    }

    private List<Integer> nodes(PageSize size, int dpages, MemoryPolicy policy) {
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, size, dpages * size.bytes())) {
            mapped.memory().mbind(mapped.start(), dpages * size.bytes(), policy);
            return LongStream.range(0, dpages).map(dpage -> dpage * size.bytes()).mapToObj(offset -> {
                mapped.touch(offset);
                return reservation.memoryMap().nodeOf(mapped.file().frameAt(offset).orElseThrow());
            }).toList();
        }
    }
}
