package org.dmemfs.vfio.type1;

import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.DmaPermission;

/**
 * An entry of the IOMMU's second-level table in VT-d's layout: read in bit 0, write in bit 1, superpage in bit 7, the
 * frame in bits 12 to 51; absent where neither read nor write is set. What a walk answers is the entry of one 4K frame
 * with the size that maps it in bits 8 and 9, which the hardware ignores.
 */
final class IoEntry {
    static final long READ = 1;
    static final long WRITE = 1 << 1;
    static final long SUPERPAGE = 1 << 7;
    private static final int SIZE_SHIFT = 8;
    private static final long FRAME = (1L << 52) - (1L << 12);
    private static final PageSize[] SIZES = PageSize.values();

    private IoEntry() {
    }

    static long bits(Set<DmaPermission> permissions) {
        return (permissions.contains(DmaPermission.READ) ? READ : 0)
                | (permissions.contains(DmaPermission.WRITE) ? WRITE : 0);
    }

    static long page(long physicalAddress, long permissionBits, int shift) {
        return physicalAddress | permissionBits | (shift == PageSize.SIZE_4K.shift() ? 0 : SUPERPAGE);
    }

    static long table(long number) {
        return number << PageSize.SIZE_4K.shift() | READ | WRITE;
    }

    static long tableNumber(long entry) {
        return (entry & FRAME) >> PageSize.SIZE_4K.shift();
    }

    static boolean isPage(long entry, int shift) {
        return shift == PageSize.SIZE_4K.shift() || (entry & SUPERPAGE) != 0;
    }

    static long physicalAddress(long entry) {
        return entry & FRAME;
    }

    static long pfn(long entry) {
        return physicalAddress(entry) >> PageSize.SIZE_4K.shift();
    }

    /** An entry with the size that it maps. */
    static long sized(long entry, int shift) {
        return entry | (long) ((shift - PageSize.SIZE_4K.shift()) / 9) << SIZE_SHIFT;
    }

    static PageSize size(long sizedEntry) {
        return SIZES[(int) (sizedEntry >> SIZE_SHIFT & 3)];
    }
}
