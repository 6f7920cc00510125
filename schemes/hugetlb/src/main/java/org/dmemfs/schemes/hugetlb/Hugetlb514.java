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

/** {@code hugetlb-5.14}: two pages of the vmemmap of each huge page are kept. */
@Component(service = {Scheme.class, FrameFailure.class}, property = "scheme=hugetlb-5.14")
public final class Hugetlb514 extends HugetlbScheme {
    /** Bound by Declarative Services. */
    @Activate
    public Hugetlb514(@Reference AddressSpaces addressSpaces, @Reference PageFrames frames,
            @Reference PhysicalMemory memory, @Reference Reservation reservation) {
        super(new Variant("5.14", SeriesVersion.V2, Vmemmap.TWO_KEPT, false, false, false), addressSpaces, frames,
                memory, reservation);
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        end();
    }
}
