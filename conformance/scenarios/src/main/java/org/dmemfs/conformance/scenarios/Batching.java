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
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** How many dpages one fault takes: as many as the parameter {@code max_alloc_try_dpages} says, 1 by default (patch 10). */
@Component
public final class Batching implements Scenario {
    private static final long HUGE = 2 << 20;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;

    /**
     * On a machine.
     *
     * @param dmemfs its file system
     * @param addressSpaces its memory manager
     */
    @Activate
    public Batching(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
    }

    @Override
    public String name() {
        return "batching";
    }

    @Override
    public Set<Integer> patches() {
        return Set.of(10);
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
        try (MappedFile mapped = MappedFile.of(dmemfs, addressSpaces, PageSize.SIZE_2M, 8 * HUGE)) {
            transcript.call("dpages of a file of 8 after a touch of its 5th", Expected.always(1), () -> {
                mapped.touch(4 * HUGE);
                return mapped.file().stat().dpages();
            });
            transcript.call("dpages after a touch of its 1st", Expected.always(2), () -> {
                mapped.touch(0);
                return mapped.file().stat().dpages();
            });
            transcript.call("entries that are mapped", Expected.always(2), () -> mapped.memory().counts().mapped2M());
        }
    }
}
