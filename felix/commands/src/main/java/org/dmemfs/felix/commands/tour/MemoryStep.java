package org.dmemfs.felix.commands.tour;

import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;

/** The bytes behind the regions. */
final class MemoryStep {
    private final Reservation reservation;
    private final PhysicalMemory memory;

    MemoryStep(Reservation reservation, PhysicalMemory memory) {
        this.reservation = reservation;
        this.memory = memory;
    }

    void run(StepReport report) {
        HostRange first = memory.hostRange(reservation.regions().getFirst().startPhysicalAddress() >> 12, 1);
        boolean real = memory.backing() != MemoryBacking.SIMULATED;
        report.say(real, memory.description());
        report.real(
                "shared descriptor of the first region: %s at offset 0x%x".formatted(first.memory().descriptorPath(),
                        first.offsetBytes()));
        report.figure("backing", memory.backing().name().toLowerCase(java.util.Locale.ROOT));
        report.figure("hostBytes", memory.hostBytes());
    }
}
