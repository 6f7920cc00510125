package org.dmemfs.fs.fs;

import org.dmemfs.kernel.Patch;

/**
 * The end of a file: its mappings, if any are left, lose their entries, and its dpages go back (patch 05,
 * {@code evict_inode}).
 */
@Patch(v1 = 5, v2 = 5)
final class Eviction {
    private Eviction() {
    }

    static void evict(RegularFile file) {
        file.lock.writeLock();
        try {
            file.setEvicted();
            file.mapping().unmapRange(0, Long.MAX_VALUE);
            file.superBlock().giveBack(file, 0, Long.MAX_VALUE);
        } finally {
            file.lock.unlockWrite();
        }
    }
}
