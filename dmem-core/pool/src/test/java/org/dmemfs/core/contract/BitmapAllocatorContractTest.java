package org.dmemfs.core.contract;

import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.bitmap.BitmapAllocatorFactory;
import org.dmemfs.kernel.SeriesVersion;

class BitmapAllocatorContractTest extends RegionAllocatorContract {
    @Override
    protected RegionAllocatorFactory factory() {
        return new BitmapAllocatorFactory(SeriesVersion.REPAIRED);
    }
}
