package org.dmemfs.kvm.tdp;

import java.util.Set;
import java.util.function.LongPredicate;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;

/**
 * How the hypervisor reaches a guest's frame ({@code kvm_map_gfn}), and so whether it can keep steal time there.
 *
 * <p>A frame with {@code struct page} is mapped through it; any other needs memremap, which serves no RAM of the system,
 * and dmem is that. V1 gave up: it compiled the recording of steal time out, for every guest. V2 and the repaired series
 * take dmem's address in the direct map.
 */
@Patch(v1 = 33, v2 = 33)
final class HypervisorMap {
    private static final int PATCH = 33;

    private final SeriesVersion series;
    private volatile boolean patched;
    private final MemoryMap memoryMap;
    private final LongPredicate dmem;

    HypervisorMap(SeriesVersion series, Set<Integer> without, MemoryMap memoryMap, LongPredicate dmem) {
        this.series = series;
        this.patched = !without.contains(PATCH);
        this.memoryMap = memoryMap;
        this.dmem = dmem;
    }

    /** Which patches are out from now on, of machines that run too. */
    void takeOut(Set<Integer> patches) {
        patched = !patches.contains(PATCH);
    }

    /** Whether steal time is recorded at all. */
    boolean recordsStealTime() {
        return !patched || series != SeriesVersion.V1;
    }

    /**
     * Where the hypervisor reaches a frame.
     *
     * @throws ErrnoException EINVAL where it cannot
     */
    long addressOf(long pfn) {
        boolean directMap = patched && series != SeriesVersion.V1 && dmem.test(pfn);
        if (memoryMap.kindOf(pfn) != FrameKind.RAM && !directMap) {
            throw new ErrnoException(Errno.EINVAL,
                    "memremap does not serve frame 0x%x, which is %s".formatted(pfn, memoryMap.kindOf(pfn)));
        }
        return pfn << 12;
    }
}
