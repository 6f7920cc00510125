package org.dmemfs.fs.fs;

import org.dmemfs.kernel.PageSize;

/** Gives whole dpages in the middle of a file back, beyond the series: what a balloon or virtio-mem needs. */
final class HolePunch {
    private HolePunch() {
    }

    static void punch(RegularFile file, long offset, long bytes) {
        WholeDpages range = WholeDpages.of(file.pageSize(), offset, bytes);
        file.lock.writeLock();
        try {
            if (file.evicted()) {
                throw file.superBlock().gone();
            }
            file.mapping().unmapRange(offset >>> PageSize.SIZE_4K.shift(), bytes >>> PageSize.SIZE_4K.shift());
            file.superBlock().giveBack(file, range.first(), range.end());
        } finally {
            file.lock.unlockWrite();
        }
    }
}
