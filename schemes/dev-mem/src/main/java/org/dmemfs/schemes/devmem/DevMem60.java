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

/** {@code dev-mem-6.0}. */
@Component(service = Scheme.class, property = "scheme=dev-mem-6.0")
public final class DevMem60 extends DevMemScheme {
    /** Bound by Declarative Services. */
    @Activate
    public DevMem60(@Reference AddressSpaces addressSpaces, @Reference PhysicalMemory memory,
            @Reference Reservation reservation) {
        super("6.0", SeriesVersion.REPAIRED, addressSpaces, memory, reservation);
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        end();
    }
}
