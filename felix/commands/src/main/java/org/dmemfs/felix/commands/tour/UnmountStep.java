package org.dmemfs.felix.commands.tour;

import org.dmemfs.fs.Mount;

/** Everything is free again but the retired page. */
final class UnmountStep {
    private final TourMachine machine;

    UnmountStep(TourMachine machine) {
        this.machine = machine;
    }

    void run(Mount mount, Ledger atFirst, StepReport report) {
        Ledger ledger = Ledger.of(machine.pool().usage());
        TourFailure.unless(ledger.used() == atFirst.used() && ledger.pinned() == atFirst.pinned(),
                "dpages are left behind: " + machine.pool().holders());
        ledger.tell(report);
        mount.unmount();
        String others = ledger.used() == 0 ? "" : " and the %,d that others had before".formatted(ledger.used());
        report.modelled("umount %s: everything is free but %,d retired%s".formatted(mount.target(), ledger.retired(),
                others));
        report.figure("badFrames", machine.pool().badFrames().stream().map("0x%x"::formatted).toList());
    }
}
