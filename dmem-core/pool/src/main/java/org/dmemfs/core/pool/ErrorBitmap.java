package org.dmemfs.core.pool;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.reserve.DmemRegion;

/**
 * What the series keeps of a region's bad frames: a bit for each of its 4K frames. Here it is {@link BadFrames}, which
 * takes nothing for the good ones; what is left of the bitmap is where it comes from. Before patch 30 that is kmalloc,
 * which has no more than 4 MiB in one piece: enough for 128 GiB. The series notices when it boots, this pool when it next
 * comes into use, so that the patch can be taken out of a machine that runs.
 */
@Patch(v1 = 30, v2 = 30)
final class ErrorBitmap {
    private static final long KMALLOC_BYTES = 4L << 20;

    private ErrorBitmap() {
    }

    /** Refuses a region whose bitmap cannot be had: ErrnoException ENOMEM. */
    static void requireRoom(DmemRegion region, PatchesOut out) {
        long bytes = (region.bytes() >> 12) + 7 >> 3;
        if (out.has(30) && bytes > KMALLOC_BYTES) {
            throw new ErrnoException(Errno.ENOMEM, ("the error bitmap of the region 0x%x-0x%x takes %d bytes: kmalloc "
                    + "has at most %d in one piece").formatted(region.startPhysicalAddress(),
                            region.endPhysicalAddress(), bytes, KMALLOC_BYTES));
        }
    }
}
