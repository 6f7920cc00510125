package org.dmemfs.felix.commands.tour;

import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.Shortfall;

/** What {@code dmem=} took, and the {@code struct page}s that are never made. */
final class ReserveStep {
    /** The series' own example: the guests of one host. */
    private static final long EXAMPLE_BYTES = 320L << 30;

    private final Reservation reservation;

    ReserveStep(Reservation reservation) {
        this.reservation = reservation;
    }

    void run(StepReport report) {
        for (DmemRegion region : reservation.regions()) {
            report.modelled("node %d: region 0x%x-0x%x, %s".formatted(region.node(), region.startPhysicalAddress(),
                    region.endPhysicalAddress() - 1, MemorySize.format(region.bytes())));
        }
        for (Shortfall shortfall : reservation.shortfalls()) {
            report.modelled("node %d falls short of %s by %s".formatted(shortfall.node(),
                    MemorySize.format(shortfall.requestedBytes()), MemorySize.format(shortfall.missingBytes())));
        }
        report.modelled("%,d struct page of 64 bytes never made: %s saved (for 320G of guests, as in the series: %s)"
                .formatted(reservation.registeredPages(), MemorySize.format(reservation.structPageBytesSaved()),
                        MemorySize.format((EXAMPLE_BYTES >> 12) * 64)));
        report.figure("regions", reservation.regions().size());
        report.figure("registeredPages", reservation.registeredPages());
        report.figure("structPageBytesSaved", reservation.structPageBytesSaved());
    }
}
