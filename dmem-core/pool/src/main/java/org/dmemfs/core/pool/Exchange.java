package org.dmemfs.core.pool;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.core.ExchangeCertificate;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.kernel.ErrnoException;
import org.jspecify.annotations.Nullable;

/**
 * Puts another allocator under a carving, while no operation is under way. The next one is built from the references and
 * the bad frames, which are the truth; what the old one counts is only compared.
 */
final class Exchange {
    /** The name of no allocator. */
    static final String NONE = "none";

    private final BadFrames badFrames;

    Exchange(BadFrames badFrames) {
        this.badFrames = badFrames;
    }

    ExchangeCertificate run(@Nullable Carving carving, String from, @Nullable RegionAllocatorFactory next,
            long begunNanoseconds) {
        String to = next == null ? NONE : next.name();
        long digestBefore = AllocationDigest.of(carving, badFrames);
        long oldRecount = 0;
        long poolFree = 0;
        if (carving != null) {
            List<DpageRegion> regions = carving.lookup().regions();
            for (DpageRegion region : regions) {
                oldRecount += region.allocator().recountFree();
                poolFree += region.states().recountFree();
            }
            List<RegionAllocator> successors = successors(regions, next);
            for (int place = 0; place < regions.size(); place++) {
                RegionAllocator old = regions.get(place).allocator();
                regions.get(place).serveBy(successors.get(place));
                old.close();
            }
        }
        long digestAfter = AllocationDigest.of(carving, badFrames);
        return new ExchangeCertificate(from, to, digestBefore, digestAfter, oldRecount, poolFree,
                carving == null ? 0 : carving.used(), System.nanoTime() - begunNanoseconds);
    }

    private static List<RegionAllocator> successors(List<DpageRegion> regions, @Nullable RegionAllocatorFactory next) {
        List<RegionAllocator> successors = new ArrayList<>();
        try {
            for (DpageRegion region : regions) {
                successors.add(next == null
                        ? new AbsentAllocator(region.states(), region.states().recountFree())
                        : next.create(region.range().dpages(), region.states()));
            }
            return successors;
        } catch (ErrnoException failure) {
            successors.forEach(RegionAllocator::close);
            throw failure;
        }
    }
}
