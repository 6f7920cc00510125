package org.dmemfs.core.contract;

import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.llfree.LlfreeAllocatorFactory;

class LlfreeAllocatorContractTest extends RegionAllocatorContract {
    @Override
    protected RegionAllocatorFactory factory() {
        return new LlfreeAllocatorFactory();
    }
}
