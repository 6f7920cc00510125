package org.dmemfs.kvm.tdp;

import java.util.function.LongPredicate;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;

/**
 * Which frames are device memory to a guest ({@code kvm_is_mmio_pfn}), and so uncached in its second-level table.
 *
 * <p>The kernel before the series asks the firmware's map whether a frame without {@code struct page} is RAM, and dmem
 * is. V1 changed the answer to "not RAM or not dmem", which turns RAM set aside by {@code mem=} into device memory; V2
 * and the repaired series leave the test alone and only bring {@code is_dmem_pfn}, which is {@code DmemPages.isDmem} here.
 */
@Patch(v1 = 22, v2 = 22)
final class MmioFrames {
    private final SeriesVersion series;
    private final MemoryMap memoryMap;
    private final LongPredicate dmem;

    MmioFrames(SeriesVersion series, MemoryMap memoryMap, LongPredicate dmem) {
        this.series = series;
        this.memoryMap = memoryMap;
        this.dmem = dmem;
    }

    boolean isMmio(long pfn) {
        FrameKind kind = memoryMap.kindOf(pfn);
        if (kind == FrameKind.RAM) {
            return false;
        }
        boolean ram = kind == FrameKind.DMEM || kind == FrameKind.SET_ASIDE;
        return !ram || series == SeriesVersion.V1 && !dmem.test(pfn);
    }

    MemoryType typeOf(long pfn) {
        return isMmio(pfn) ? MemoryType.UNCACHEABLE : MemoryType.WRITE_BACK;
    }
}
