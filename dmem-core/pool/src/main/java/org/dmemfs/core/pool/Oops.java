package org.dmemfs.core.pool;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.KernelLog.Level;

/** Where the posted code would crash the host: the kernel log gets its line, and the call of the task that did it ends. */
final class Oops {
    private final KernelLog log;

    Oops(KernelLog log) {
        this.log = log;
    }

    ErrnoException nullPointer(String function, String why) {
        log.print(Level.ALERT, "BUG: kernel NULL pointer dereference, address: 0000000000000000");
        return ended(function, why);
    }

    ErrnoException pageFault(long address, String function, String why) {
        log.print(Level.ALERT, "BUG: unable to handle page fault for address: %016x".formatted(address));
        return ended(function, why);
    }

    private ErrnoException ended(String function, String why) {
        log.print(Level.ALERT, "RIP: 0010:" + function);
        return new ErrnoException(Errno.EFAULT, "the kernel oopsed in " + function + ": " + why);
    }
}
