package org.dmemfs.schemes.devmem;

import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code dev-mem-5.10}. */
@Component(service = Scheme.class, property = "scheme=dev-mem-5.10")
public final class DevMem510 extends DevMemScheme {
    /** Bound by Declarative Services. */
    @Activate
    public DevMem510(@Reference AddressSpaces addressSpaces, @Reference PhysicalMemory memory,
            @Reference Reservation reservation) {
        super("5.10", SeriesVersion.V2, addressSpaces, memory, reservation);
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        end();
    }
}
