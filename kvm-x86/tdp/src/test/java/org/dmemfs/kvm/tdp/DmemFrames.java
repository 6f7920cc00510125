package org.dmemfs.kvm.tdp;

import java.util.Optional;
import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.PageSize;

/** The frames from 1 GiB to 3 GiB are dmem; a guest takes no references. */
final class DmemFrames implements DmemPages {
    @Override
    public boolean isDmem(long pfn) {
        return pfn >= 1L << 18 && pfn < 3L << 18;
    }

    @Override
    public Optional<PageSize> pageSize() {
        return Optional.of(PageSize.SIZE_2M);
    }

    @Override
    public void get(long pfn) {
        throw new AssertionError("a guest took a reference on frame " + pfn);
    }

    @Override
    public void put(long pfn) {
        throw new AssertionError("a guest gave a reference back on frame " + pfn);
    }

    @Override
    public int references(long pfn) {
        return 1;
    }
}
