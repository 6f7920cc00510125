package org.dmemfs.fs.fs;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.PageSize;

/**
 * Changes a file's size (patch 06). Before: {@code simple_setattr}, which takes any size, unmaps what lies beyond it and
 * leaves the entries in the tree, so that their dpages are kept and come back when the file grows again. After: whole
 * dpages only, and those beyond the new end are given back. Growing takes nothing.
 */
@Patch(v1 = 6, v2 = 6)
final class Truncation {
    private Truncation() {
    }

    static void truncate(RegularFile file, long bytes) {
        SuperBlock superBlock = file.superBlock();
        boolean patched = superBlock.settings().has(6);
        if (bytes < 0 || patched && bytes % file.pageSize().bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the size " + bytes + " of " + superBlock.target() + " is not a multiple"
                            + " of its page size " + file.pageSize().bytes());
        }
        file.lock.writeLock();
        try {
            if (file.evicted()) {
                throw superBlock.gone();
            }
            boolean shrinks = bytes < file.size();
            file.setSize(bytes);
            if (shrinks) {
                file.mapping().unmapRange(bytes + PageSize.SIZE_4K.bytes() - 1 >>> PageSize.SIZE_4K.shift(),
                        Long.MAX_VALUE);
                if (patched) {
                    superBlock.giveBack(file, bytes >>> file.pageSize().shift(), Long.MAX_VALUE);
                }
            }
        } finally {
            file.lock.unlockWrite();
        }
    }
}
