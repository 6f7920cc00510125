package org.dmemfs.core.pool;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.PhysicalMemory;

/**
 * Fills a dpage with zeros before its next owner sees it (12.2.14: as posted it never happens), off any lock, and never
 * touches a frame that is bad.
 */
final class Cleaning {
    private static final long FRAME = 4096;
    private static final long STEP = 2L << 20;

    private final PhysicalMemory memory;

    Cleaning(PhysicalMemory memory) {
        this.memory = memory;
    }

    void clean(long physicalAddress, long bytes) {
        // In steps: a fill cannot be stopped by the collector, and 1G takes long.
        for (long done = 0; done < bytes; done += STEP) {
            cleanStep(physicalAddress + done, Math.min(STEP, bytes - done));
        }
    }

    private void cleanStep(long start, long bytes) {
        long bad = memory.poisoned().firstIn(start, bytes);
        if (bad < 0 && fill(start, bytes)) {
            return;
        }
        for (long frame = start; frame < start + bytes; frame += FRAME) {
            if (!memory.poisoned().contains(frame >> 12)) {
                fill(frame, FRAME);
            }
        }
    }

    /** Returns false where a frame went bad under the fill: nobody may have known. */
    private boolean fill(long start, long bytes) {
        try {
            memory.bytes().fill(start, bytes, (byte) 0);
            return true;
        } catch (ErrnoException failure) {
            if (failure.errno() == Errno.EHWPOISON) {
                return false;
            }
            throw failure;
        }
    }
}
