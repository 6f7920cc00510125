package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** The iova that x86 keeps for message-signalled interrupts: a write there is an interrupt and never reaches memory. */
final class InterruptWindow {
    private static final long START = 0xfee0_0000L;
    private static final long END = 0xfef0_0000L;

    private InterruptWindow() {
    }

    static void requireOutside(long iova, long bytes) {
        if (iova < END && iova + bytes > START) {
            throw new ErrnoException(Errno.EINVAL,
                    "%d bytes at iova 0x%x touch 0x%x to 0x%x, which x86 keeps for interrupts".formatted(bytes, iova,
                            START, END - 1));
        }
    }
}
