package org.dmemfs.felix.commands.tour;

import java.util.Set;
import java.util.stream.Collectors;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaPermission;

/** A device maps the same memory; a truncate meanwhile frees nothing of it, the unmap does. */
final class DeviceStep {
    private static final long IOVA = 1L << 32;

    private final TourMachine machine;

    DeviceStep(TourMachine machine) {
        this.machine = machine;
    }

    void run(MappedTourFile mapped, TourPattern pattern, StepReport report) {
        long dpages = mapped.bytes() >> machine.pageSize().shift();
        long before = Ledger.of(machine.pool().usage()).used();
        try (Container container = machine.vfio().open("tour", mapped.task())) {
            container.mapDma(IOVA, mapped.address(), mapped.bytes(), Set.of(DmaPermission.READ, DmaPermission.WRITE));
            DmaMap map = container.maps().getFirst();
            report.modelled("DMA map iova 0x%x, %s: %,d entries of 1G, %,d of 2M, %,d of 4K; %,d references".formatted(
                    map.iova(), MemorySize.format(map.bytes()), map.entries1G(), map.entries2M(), map.entries4K(),
                    map.references()));
            report.figure("references", map.references());
            pattern.verify((offset, target) -> container.engine().read(IOVA + offset, target));
            report.modelled(
                    "the device reads the guest's pattern back: %s".formatted(MemorySize.format(pattern.bytes())));

            mapped.file().truncate(0);
            Ledger truncated = Ledger.of(machine.pool().usage());
            TourFailure.unless(truncated.used() == before,
                    "after truncate %d dpages are used instead of %d, of which %d are mapped".formatted(
                            truncated.used(), before, dpages));
            pattern.verify((offset, target) -> container.engine().read(IOVA + offset, target));
            report.modelled("truncate to 0 while mapped: %,d dpages stay, held by %s, and the device still reads them"
                    .formatted(dpages, holders()));

            container.unmapDma(IOVA, mapped.bytes());
            Ledger unmapped = Ledger.of(machine.pool().usage());
            TourFailure.unless(unmapped.used() == before - dpages,
                    "after the unmap %d dpages are still used instead of %d".formatted(unmapped.used(),
                            before - dpages));
            report.modelled("unmap: all %,d dpages are free again".formatted(dpages));
        }
        mapped.file().truncate(mapped.bytes());
    }

    private String holders() {
        return machine.pool().holders().stream().map(usage -> "\"%s\"".formatted(usage.holder()))
                .collect(Collectors.joining(" and "));
    }
}
