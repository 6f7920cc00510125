package org.dmemfs.schemes.dmemfs;

import org.dmemfs.core.DmemPool;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code dmemfs-v2}. */
@Component(service = Scheme.class, property = "scheme=dmemfs-v2")
public final class DmemfsV2 extends SeriesScheme {
    /** Bound by Declarative Services. */
    @Activate
    public DmemfsV2(@Reference Dmemfs dmemfs, @Reference DmemPool pool, @Reference Reservation reservation) {
        super(SeriesVersion.V2, dmemfs, pool, reservation);
    }

    /** Takes back what it has set aside. */
    @Deactivate
    public void stop() {
        end();
    }
}
