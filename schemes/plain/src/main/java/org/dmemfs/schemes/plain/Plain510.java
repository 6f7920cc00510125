package org.dmemfs.schemes.plain;

import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code plain-5.10}. */
@Component(service = Scheme.class, property = "scheme=plain-5.10")
public final class Plain510 extends PlainScheme {
    /** Bound by Declarative Services. */
    @Activate
    public Plain510(@Reference PageFrames frames, @Reference SystemCalls systemCalls,
            @Reference Reservation reservation) {
        super("5.10", SeriesVersion.V2, frames, systemCalls, reservation);
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        end();
    }
}
