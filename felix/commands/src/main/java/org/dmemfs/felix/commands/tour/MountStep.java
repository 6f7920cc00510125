package org.dmemfs.felix.commands.tour;

import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.MemorySize;

/** dmemfs at the page size, and what the pool then has per node. */
final class MountStep {
    private final TourMachine machine;

    MountStep(TourMachine machine) {
        this.machine = machine;
    }

    Mount run(StepReport report) {
        Mount mount = machine.dmemfs().mount("/mnt/tour", "pagesize=" + machine.pageSize().label());
        try {
            report.modelled("mount -t dmemfs -o %s none %s, allocator %s".formatted(mount.showOptions(), mount.target(),
                    machine.pool().usage().allocator()));
            Ledger ledger = Ledger.of(machine.pool().usage());
            ledger.tell(report);
            long freeBytes = ledger.free() * machine.pageSize().bytes();
            if (freeBytes < machine.fileBytes()) {
                throw new TourRefusal(
                        "the reservation \"%s\" leaves %s of free dpages of %s, too small for the tour: it needs %s"
                                .formatted(machine.reservation().commandLine(), MemorySize.format(freeBytes),
                                        machine.pageSize().label(), MemorySize.format(machine.fileBytes())));
            }
            return mount;
        } catch (RuntimeException refused) {
            mount.close();
            throw refused;
        }
    }
}
