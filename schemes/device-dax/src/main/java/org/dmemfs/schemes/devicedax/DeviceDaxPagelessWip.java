package org.dmemfs.schemes.devicedax;

import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code device-dax-pageless-wip}. */
@Component(service = {Scheme.class, FrameFailure.class}, property = "scheme=device-dax-pageless-wip")
public final class DeviceDaxPagelessWip extends DeviceDaxScheme {
    /** Bound by Declarative Services. */
    @Activate
    public DeviceDaxPagelessWip(@Reference AddressSpaces addressSpaces, @Reference SystemCalls systemCalls,
            @Reference PageFrames frames, @Reference PhysicalMemory memory, @Reference Reservation reservation) {
        super(Variant.completed(), new Machine(addressSpaces, systemCalls, frames, memory, reservation));
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        end();
    }
}
