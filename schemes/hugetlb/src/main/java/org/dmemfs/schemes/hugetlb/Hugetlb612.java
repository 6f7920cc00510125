package org.dmemfs.schemes.hugetlb;

import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code hugetlb-6.12}: one page of the vmemmap of each huge page is kept. */
@Component(service = {Scheme.class, FrameFailure.class}, property = "scheme=hugetlb-6.12")
public final class Hugetlb612 extends HugetlbScheme {
    /** Bound by Declarative Services. */
    @Activate
    public Hugetlb612(@Reference AddressSpaces addressSpaces, @Reference PageFrames frames,
            @Reference PhysicalMemory memory, @Reference Reservation reservation) {
        super(new Variant("6.12", SeriesVersion.REPAIRED, Vmemmap.ONE_KEPT, true, true, true), addressSpaces, frames,
                memory, reservation);
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        end();
    }
}
