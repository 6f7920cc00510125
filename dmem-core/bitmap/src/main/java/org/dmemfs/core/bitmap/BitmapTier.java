package org.dmemfs.core.bitmap;

import org.dmemfs.kernel.Patch;

/**
 * Where a region's bitmap is kept, by its length ({@code dmem_bitmap_alloc}): before patch 30 all but the word came from
 * kmalloc, which has no 4 MiB and more to give.
 */
@Patch(v1 = 30, v2 = 30)
enum BitmapTier {
    /** Up to 64 bits: a word of the region itself. */
    STATIC_WORD,
    /** Up to 32,768 bits, one page: memory in one piece. */
    KMALLOC,
    /** More: memory that is put together from pages, here as they are first written. */
    VMALLOC;

    private static final long PAGE_BYTES = 4096;

    static BitmapTier of(long bits) {
        if (bits <= Long.SIZE) {
            return STATIC_WORD;
        }
        return bytesFor(bits) <= PAGE_BYTES ? KMALLOC : VMALLOC;
    }

    static long bytesFor(long bits) {
        return (bits + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }
}
