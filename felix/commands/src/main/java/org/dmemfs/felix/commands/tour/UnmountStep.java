package org.dmemfs.felix.commands.tour;

import org.dmemfs.fs.Mount;

/** Everything is free again but the retired page. */
final class UnmountStep {
    private final TourMachine machine;

    UnmountStep(TourMachine machine) {
        this.machine = machine;
    }

    void run(Mount mount, StepReport report) {
        Ledger ledger = Ledger.of(machine.pool().usage());
        TourFailure.unless(ledger.used() == 0 && ledger.pinned() == 0,
                "dpages are left behind: " + machine.pool().holders());
        ledger.tell(report);
        mount.unmount();
        report.modelled("umount %s: everything is free but %,d retired".formatted(mount.target(), ledger.retired()));
        report.figure("badFrames", machine.pool().badFrames().stream().map("0x%x"::formatted).toList());
    }
}
