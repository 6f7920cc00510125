package org.dmemfs.core.bitmap;

import java.util.function.LongUnaryOperator;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.TakenDpages;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/** Publishes the allocator of the series as {@code allocator=bitmap}. */
@Component(configurationPid = "org.dmemfs.core.bitmap", property = "allocator=bitmap")
@Designate(ocd = BitmapConfiguration.class)
public final class BitmapAllocatorFactory implements RegionAllocatorFactory {
    private final SeriesVersion series;

    /**
     * The factory of a machine.
     *
     * @param configuration which series
     */
    @Activate
    public BitmapAllocatorFactory(BitmapConfiguration configuration) {
        this(SeriesVersion.parse(configuration.series()));
    }

    /**
     * The factory of a series.
     *
     * @param series which answers it gives
     */
    public BitmapAllocatorFactory(SeriesVersion series) {
        this.series = series;
    }

    @Override
    public String name() {
        return "bitmap";
    }

    @Override
    public RegionAllocator create(long dpages, LongUnaryOperator nextTaken) {
        return new BitmapAllocator(dpages, nextTaken, series);
    }

    @Override
    public RegionAllocator create(long dpages, TakenDpages taken) {
        return new BitmapAllocator(dpages, taken, series);
    }
}
