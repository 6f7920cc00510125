package org.dmemfs.kvm.tdp;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.GuestFrame;
import org.dmemfs.kvm.MemorySlot;

/**
 * The size of the second-level entry for a frame ({@code kvm_mmu_hugepage_adjust}): no larger than the entry that maps it
 * in the address space, and only where slot and alignment leave room for it.
 *
 * <p>As posted, the series changes nothing here, and this kernel maps every frame without {@code struct page} at 4K; the
 * repaired series maps by the entry alone, as kernels since 6.0 do.
 */
final class MappingSize {
    private final SeriesVersion series;

    MappingSize(SeriesVersion series) {
        this.series = series;
    }

    PageSize of(MemorySlot slot, long guestPhysicalAddress, GuestFrame frame) {
        if (frame.reserved() && series != SeriesVersion.REPAIRED) {
            return PageSize.SIZE_4K;
        }
        if (frame.level() == PageSize.SIZE_1G && fits(slot, guestPhysicalAddress, PageSize.SIZE_1G)) {
            return PageSize.SIZE_1G;
        }
        return frame.level() != PageSize.SIZE_4K && fits(slot, guestPhysicalAddress, PageSize.SIZE_2M)
                ? PageSize.SIZE_2M
                : PageSize.SIZE_4K;
    }

    private static boolean fits(MemorySlot slot, long guestPhysicalAddress, PageSize size) {
        long mask = size.bytes() - 1;
        long start = guestPhysicalAddress & ~mask;
        return ((slot.guestPhysicalAddress() ^ slot.hostVirtualAddress()) & mask) == 0
                && start >= slot.guestPhysicalAddress()
                && start + size.bytes() <= slot.guestPhysicalAddress() + slot.bytes();
    }
}
